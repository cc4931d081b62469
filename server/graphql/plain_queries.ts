/**
 * Plain queries: JSON in, JSON out, of documents that were executed before, and are therefore valid. Yoga's way from a
 * request to its operation and from the result to a response takes as long as the rest of what the server adds to a
 * small query. A plain query goes a shorter one, with the same context and the same plugins around its execution;
 * whatever is not plain goes Yoga's, with the body that was read.
 */
import { type DocumentNode, type ExecutionResult, getOperationAST, Kind } from "graphql";
import { type GraphQLParams, type Plugin, processRegularResult } from "graphql-yoga";
import type { Limits } from "../../config/limits.ts";
import { isTracing } from "../../lib/trace.ts";
import type { ReadBody } from "../http/read_body.ts";
import type { Yoga } from "./context.ts";
import { maskError } from "./mask_errors.ts";
import { addErrorCodes } from "./plugins/use_error_codes.ts";

/** Plain queries of a server. */
export interface PlainQueries {
  /** Responds to a request if it is a plain query; undefined if it is not. */
  respond(request: Request, yoga: Yoga): Promise<Response | undefined>;
  /** Yoga plugin that notes which documents are executed. */
  readonly plugin: Plugin;
}

/** Options of createPlainQueries(). */
export interface PlainQueryOptions {
  readonly readBody: ReadBody;
  /** Parsed documents by their text. */
  readonly documents: { get(text: string): DocumentNode | undefined };
  readonly limits: Limits;
}

/** Parameters of a plain query. */
type PlainParams = Pick<GraphQLParams, "query" | "variables" | "operationName">;

/** Values of Content-Type that plain queries have. */
const CONTENT_TYPES: ReadonlySet<string | null> = new Set([
  "application/json",
  "application/json; charset=utf-8",
]);

/** Media types of results by the value of Accept, where it asks for nothing but JSON. */
const MEDIA_TYPES: ReadonlyMap<string | null, string> = new Map([
  [null, "application/json"],
  ["*/*", "application/json"],
  ["application/json", "application/json"],
  ["application/graphql-response+json", "application/graphql-response+json"],
]);

/** Names of the parameters that a plain query may have. */
const PARAMETERS: ReadonlySet<string> = new Set<keyof PlainParams>([
  "query",
  "variables",
  "operationName",
]);

/** Creates the plain queries of a server that has executed none. */
export function createPlainQueries(
  { readBody, documents, limits }: PlainQueryOptions,
): PlainQueries {
  /** Documents of queries alone that were executed, and are therefore valid. */
  const executed = new WeakSet<DocumentNode>();

  /** Returns the document of a plain query; undefined if there is anything for Yoga to refuse or to do. */
  function documentOf(params: PlainParams): DocumentNode | undefined {
    const { query, variables, operationName } = params;
    if (typeof query !== "string" || !isOptionalObject(variables)) return undefined;
    if (!Object.keys(params).every((name) => PARAMETERS.has(name))) return undefined;
    const document = documents.get(query);
    if (!document || !executed.has(document)) return undefined;
    return getOperationAST(document, operationName) ? document : undefined;
  }

  return {
    async respond(request, yoga) {
      const mediaType = mediaTypeOf(request);
      if (mediaType === undefined) return undefined;
      // Yoga's way refuses a body that cannot be read.
      const params: PlainParams | undefined = await readBody(request).catch(() => undefined);
      const document = params && documentOf(params);
      if (!document) return undefined;
      const result = await execute(yoga, { request, params, document });
      addErrorCodes(result, request, limits);
      return processRegularResult(result, yoga.fetchAPI, mediaType);
    },
    plugin: {
      onExecute({ args: { document } }) {
        if (!executed.has(document) && hasQueriesAlone(document)) executed.add(document);
      },
    },
  };
}

/** Returns the media type of the result if a request may be a plain query. Traced ones have spans of Yoga's steps. */
function mediaTypeOf({ method, headers }: Request): string | undefined {
  if (method !== "POST" || isTracing || !CONTENT_TYPES.has(headers.get("content-type"))) {
    return undefined;
  }
  return MEDIA_TYPES.get(headers.get("accept"));
}

async function execute(
  yoga: Yoga,
  { request, params, document }: {
    readonly request: Request;
    readonly params: PlainParams;
    readonly document: DocumentNode;
  },
): Promise<ExecutionResult> {
  const { schema, contextFactory, execute } = yoga.getEnveloped({ request, params });
  try {
    return await execute({
      schema,
      document,
      contextValue: await contextFactory(),
      variableValues: params.variables,
      operationName: params.operationName,
    });
  } catch (error) {
    return { errors: [maskError(error)] };
  }
}

/** Returns whether a document consists of queries and fragments, none of which is deferred. */
function hasQueriesAlone({ definitions, loc }: DocumentNode): boolean {
  return loc?.source.body.includes("defer") === false &&
    definitions.every((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ||
      (node.kind === Kind.OPERATION_DEFINITION && node.operation === "query")
    );
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && !Array.isArray(value));
}
