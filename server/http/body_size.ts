/**
 * Size limit of a request's body. A body with a Content-Length cannot be longer, as HTTP ends it there; only chunked
 * bodies are counted. Yoga counts every body, which takes as long as the rest of its work on a small request.
 */
import type { GraphQLError } from "graphql";
import { refusal } from "./refusal.ts";

/**
 * Returns the request, with a body that fails if it grows too large.
 *
 * @param max bytes of the body
 * @throws {GraphQLError} if its Content-Length is larger
 */
export function limitBody(request: Request, max: number): Request {
  const { headers } = request;
  const announced = headers.get("content-length");
  if (announced !== null && Number(announced) > max) throw tooLarge(max, announced);
  if (announced !== null && !headers.has("transfer-encoding")) return request;
  const { body } = request;
  if (!body) return request;
  let count = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      count += chunk.byteLength;
      if (count > max) controller.error(tooLarge(max, "more"));
      else controller.enqueue(chunk);
    },
  });
  return new Request(request, { body: body.pipeThrough(counter) });
}

function tooLarge(max: number, got: string): GraphQLError {
  return refusal(`a request must have at most ${max} bytes, got ${got}.`, "BAD_USER_INPUT", {
    status: 413,
  });
}
