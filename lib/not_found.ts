/** Files that are not there, which is as good as removed. */

/** Rethrows every error but NotFound: `await Deno.remove(path).catch(ignoreNotFound)`. */
export function ignoreNotFound(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
