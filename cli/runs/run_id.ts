/**
 * Ids of runs as users type them. The API's ids are opaque and long; inside is the run's key, whose first
 * characters identify a run. The key also names the run's files on the server.
 */

/** Characters of a shortened key. */
const SHORT = 8;

/** Builds the API's id of a run. */
export function toRunId(key: string): string {
  return btoa(`Run:${key}`);
}

/** Reads the key from the API's id of a run; undefined if it has another form. */
export function keyOf(id: string): string | undefined {
  try {
    return /^Run:(\S+)$/.exec(atob(id))?.[1];
  } catch {
    return undefined;
  }
}

/** Returns a run's key for display and typing; the whole id if it holds no key. */
export function shownId(id: string): string {
  return keyOf(id) ?? id;
}

/** Returns the start of the shown id. */
export function shortId(id: string): string {
  return shownId(id).slice(0, SHORT);
}
