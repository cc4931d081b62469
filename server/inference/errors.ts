/** Errors of the Open Inference Protocol: { "error": "..." } with the status of the refusal. */
import { GraphQLError } from "graphql";
import type { ApiContext } from "../../schema/base/context.ts";
import { refuse } from "../http/errors.ts";
import { refuseByError } from "../files/checkpoint_requests.ts";

/** Creates the error of a request that is not as the protocol or the model requires. */
export function badRequest(rule: string, status = 400): GraphQLError {
  return new GraphQLError(`Cannot infer: ${rule}`, {
    extensions: { code: "BAD_USER_INPUT", http: { status } },
  });
}

/** Converts what was thrown to a refusal. */
export function refuseThrown(error: unknown, context: ApiContext, pathname: string): Response {
  if (error instanceof GraphQLError) {
    const { http } = error.extensions;
    const { status } = (http ?? {}) as { readonly status?: number };
    if (status !== undefined) return refuse(status, "BAD_USER_INPUT", error.message);
  }
  return refuseByError(error, context, pathname);
}

/** Converts a refusal of the server to the protocol's form; other responses stay as they are. */
export async function toProtocolError(response: Response): Promise<Response> {
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  if (response.ok || !isJson) return response;
  const message = messageOf(await response.clone().json());
  if (message === undefined) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return Response.json({ error: message }, { status: response.status, headers });
}

function messageOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("errors" in body)) return undefined;
  const { errors } = body;
  if (!Array.isArray(errors)) return undefined;
  const [first]: readonly { readonly message?: unknown }[] = errors;
  return typeof first?.message === "string" ? first.message : undefined;
}
