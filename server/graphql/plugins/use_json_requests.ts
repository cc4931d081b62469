/**
 * Yoga plugin that reads requests: a POST must be JSON of a limited size that arrives in time, a GET must accept a
 * form that no `<img>`, `<script>` or link requests. Pages of other sites can send neither (CSRF).
 */
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { refuse } from "../../http/errors.ts";
import type { ReadBody } from "../../http/read_body.ts";
import { refusal } from "../../http/refusal.ts";

/** Content types of results, one of which a GET must accept. */
const RESULT_TYPES =
  /application\/(graphql-response\+)?json|text\/event-stream|multipart\/mixed\s*;[^,]*subscriptionSpec/i;

/** Creates the plugin. */
export function useJsonRequests(readBody: ReadBody): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, endResponse }) {
      const refused = refuseContentType(request) ?? refuseAccept(request);
      if (refused) endResponse(refused);
      if (!requestParser) return;
      setRequestParser(async (request) => {
        const params = request.method === "POST"
          ? await readBody(request)
          : await readUrl(() => requestParser(request));
        if (Array.isArray(params)) throw batched(params.length);
        return params;
      });
    },
  };
}

function refuseContentType(request: Request): Response | undefined {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (request.method !== "POST" || /^application\/(graphql\+)?json$/.test(type ?? "")) {
    return undefined;
  }
  return refuse(
    415,
    "BAD_USER_INPUT",
    `Cannot read the request: its content-type must be application/json, ` +
      `got ${type ? `'${type}'` : "none"}.`,
  );
}

function refuseAccept(request: Request): Response | undefined {
  const accept = request.method === "GET" ? request.headers.get("accept") ?? "" : undefined;
  if (accept === undefined || RESULT_TYPES.test(accept)) return undefined;
  return refuse(
    // GraphQL over HTTP: a well-formed request gets 200 unless the client accepts another form than application/json.
    200,
    "BAD_USER_INPUT",
    "Cannot answer a GET: its accept must name application/json, application/graphql-response+json, " +
      `text/event-stream or multipart/mixed;subscriptionSpec=1.0, got '${accept.slice(0, 100)}'.`,
  );
}

/** Reads the parameters of a GET's URL. */
async function readUrl<Params>(read: () => Params): Promise<Awaited<Params>> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new GraphQLError(
      `Cannot read the request: variables and extensions must be JSON. ${error.message}`,
      { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } },
    );
  }
}

function batched(count: number): GraphQLError {
  return refusal(`a request must hold one operation, got a list of ${count}.`);
}
