/**
 * How large the body of a request may be. One whose length was announced cannot be longer, as HTTP ends it there; only
 * one that comes in chunks has to be counted. Yoga counts every one, in a stream of its own, which takes as long as all
 * else that it does with a small request.
 */
import type { GraphQLError } from "graphql";
import { refusal } from "./refusal.ts";

/**
 * The request, with a body that fails where it grows too large.
 *
 * @param most how many bytes it may have
 * @throws {GraphQLError} if it says that it is too large
 */
export function limitBody(request: Request, most: number): Request {
  const { headers } = request;
  const announced = headers.get("content-length");
  if (announced !== null && Number(announced) > most) throw tooLarge(most, announced);
  if (announced !== null && !headers.has("transfer-encoding")) return request;
  const { body } = request;
  if (!body) return request;
  let count = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      count += chunk.byteLength;
      if (count > most) controller.error(tooLarge(most, "more"));
      else controller.enqueue(chunk);
    },
  });
  return new Request(request, { body: body.pipeThrough(counter) });
}

function tooLarge(most: number, got: string): GraphQLError {
  return refusal(`a request must have at most ${most} bytes, got ${got}.`, "BAD_USER_INPUT", {
    status: 413,
  });
}
