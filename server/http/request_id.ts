/**
 * Id of each request, by which lines of several programs' logs can be correlated. Clients get it as X-Request-Id.
 */

export const REQUEST_ID_HEADER = "x-request-id";

/** Accepted ids of clients and proxies: short enough for a line of a log. */
const ID = /^[\w.:-]{1,100}$/;

/** Prefix of the ids that this process generates. */
const PREFIX = crypto.randomUUID().slice(0, 8);

let requests = 0;

/** Returns the id that a proxy or the client gave a request, or a new one. Call it once per request. */
export function requestIdOf({ headers }: Request): string {
  const given = headers.get(REQUEST_ID_HEADER);
  return given !== null && ID.test(given) ? given : `${PREFIX}-${(++requests).toString(36)}`;
}
