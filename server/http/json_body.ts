/**
 * The body of a request as JSON. It must be UTF-8 throughout: Request.json() puts U+FFFD in the place of what is not, so
 * that something would be carried out that nobody has written.
 */
import { GraphQLError } from "graphql";
import { errorMessage } from "../../lib/error_message.ts";

/**
 * Reads it: an object, or a list of them.
 *
 * @throws {GraphQLError} if it is not whole, not UTF-8, not JSON, or neither of these
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

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw unreadable("be UTF-8, got bytes that are not.");
  }
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
