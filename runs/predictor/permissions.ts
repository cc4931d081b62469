/** Minimum permissions of predictors, as flags of Deno. */
import { kernelsFile } from "../../native/paths.ts";

/**
 * Returns the flags of a predictor: it loads the library of the native engine and reads the checkpoints that are lent
 * to it. It has no network, no environment, and writes nothing.
 *
 * @param scratch the folder of the temporary copies of checkpoints
 */
export function predictorPermissions(
  scratch: string,
  library: string = kernelsFile(),
): readonly string[] {
  return [`--allow-ffi=${inList(library)}`, `--allow-read=${inList(scratch)}`];
}

/** Returns a path for a flag whose values are separated by commas. */
function inList(path: string): string {
  // Deno reads two commas as one that belongs to the path.
  return path.replaceAll(",", ",,");
}
