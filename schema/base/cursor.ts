/**
 * Cursors: where a page ended. Opaque to clients; inside, the connection's name and the place in it, so that
 * a cursor of another connection is refused instead of giving a wrong page.
 */
import { decodeBase64, encodeBase64 } from "@pothos/core";
import type { GraphQLError } from "graphql";
import { badInput } from "./errors.ts";

/** The form of places: text that every database accepts. */
const PLACE = /^[\x21-\x7e]{1,1000}$/;

/** The cursor of a place in a connection. */
export function toCursor(connection: string, place: string): string {
  return encodeBase64(`${connection}:${place}`);
}

/**
 * The place that a cursor names.
 *
 * @param connection the connection's name, which may hold no text of clients
 * @throws {GraphQLError} BAD_USER_INPUT if it is not a cursor of this connection
 */
export function fromCursor(connection: string, cursor: string): string {
  const prefix = `${connection}:`;
  const text = decode(cursor);
  const place = text?.startsWith(prefix) ? text.slice(prefix.length) : "";
  if (PLACE.test(place)) return place;
  throw badCursor(connection, cursor);
}

/** The error for a cursor that names no place in a connection, or no longer does. */
export function badCursor(connection: string, cursor: string): GraphQLError {
  return badInput(
    `Cannot page through ${connection}: after must be a cursor of this connection, got '${cursor}'. ` +
      "Start again without after.",
    ["after"],
  );
}

function decode(cursor: string): string | undefined {
  try {
    return decodeBase64(cursor);
  } catch {
    return undefined;
  }
}
