/**
 * The body of a request as JSON. It must be UTF-8 throughout: Request.json() puts U+FFFD in the place of what is not, so
 * that something would be carried out that nobody has written.
 */
import { GraphQLError } from "graphql";
import { messageOf } from "../data/message_of.ts";

/**
 * Reads it: an object, or a list of them.
 *
 * @throws {GraphQLError} if it is not whole, not UTF-8, not JSON, or neither of these
 */
export async function readJsonBody(request: Request): Promise<object> {
  const bytes = await readWhole(request);
  const body = parse(decode(bytes));
  if (typeof body === "object" && body !== null) return body;
  throw unreadable(`be an object, got ${body === null ? "null" : `a ${typeof body}`}.`);
}

async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
    throw unreadable("be whole, got only its beginning.");
  }
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
    throw unreadable(`be JSON. ${messageOf(error)}`);
  }
}

function unreadable(rule: string): GraphQLError {
  return new GraphQLError(`Cannot read the request: its body must ${rule}`, {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
  });
}
