/**
 * Request bodies as JSON. A body must be valid UTF-8: Request.json() replaces invalid bytes by U+FFFD, so that an
 * operation would be executed that no client has written.
 */
import { isUtf8 } from "node:buffer";
import { GraphQLError } from "graphql";
import { errorMessage } from "../../lib/error_message.ts";

/**
 * Reads a body that is an object, or a list of objects.
 *
 * @throws {GraphQLError} if it is incomplete, not UTF-8, not JSON, or another type
 */
export function readJsonBody(request: Request): Promise<object> {
  return request.bytes().then(parseBody, (error) => {
    throw error instanceof GraphQLError ? error : unreadable("be whole, got only its beginning.");
  });
}

function parseBody(bytes: Uint8Array): object {
  const body = parse(decode(bytes));
  if (typeof body === "object" && body !== null) return body;
  throw unreadable(`be an object, got ${body === null ? "null" : `a ${typeof body}`}.`);
}

const decoder = new TextDecoder();

function decode(bytes: Uint8Array): string {
  // A decoder that checks them itself takes twice as long.
  if (!isUtf8(bytes)) throw unreadable("be UTF-8, got bytes that are not.");
  return decoder.decode(bytes);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`be JSON. ${errorMessage(error)}`);
  }
}

function unreadable(rule: string): GraphQLError {
  return new GraphQLError(`Cannot read the request: its body must ${rule}`, {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
  });
}
