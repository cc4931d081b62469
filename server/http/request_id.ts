/**
 * An id for each request, so that what is told of it in different lines of the log, of different programs, can be found
 * together. Clients get it as X-Request-Id.
 */

export const REQUEST_ID_HEADER = "x-request-id";

/** Ids that others give: no more than goes into a line of a log. */
const ID = /^[\w.:-]{1,100}$/;

/** The ids of this process begin with it. */
const PREFIX = crypto.randomUUID().slice(0, 8);

let requests = 0;

/** The id that a proxy, or the client, has given a request; else a new one. Ask once a request. */
export function requestIdOf({ headers }: Request): string {
  const given = headers.get(REQUEST_ID_HEADER);
  return given !== null && ID.test(given) ? given : `${PREFIX}-${(++requests).toString(36)}`;
}
