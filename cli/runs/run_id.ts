/**
 * The ids of runs as people type them. The API's ids are opaque and long; inside is the run's key, of which a
 * few characters are enough to tell runs apart. The key is also what names the run's files on the server.
 */

/** How much of a key is shown where there is little room. */
const SHORT = 8;

/** The API's id of a run. */
export function toRunId(key: string): string {
  return btoa(`Run:${key}`);
}

/** The key in the API's id of a run, or undefined if it is none. */
export function keyOf(id: string): string | undefined {
  try {
    return /^Run:(\S+)$/.exec(atob(id))?.[1];
  } catch {
    return undefined;
  }
}

/** A run's key to show and to type; the whole id, if it has none inside. */
export function shownId(id: string): string {
  return keyOf(id) ?? id;
}

/** The beginning of it. */
export function shortId(id: string): string {
  return shownId(id).slice(0, SHORT);
}
