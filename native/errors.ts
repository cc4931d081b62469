/** Errors of TensorFlow's set-up, each with a remedy. This folder throws no others on purpose. */

/** Kind of a failure. */
export type NativeProblem =
  | "unsupported"
  | "no-compiler"
  | "no-installer"
  | "network"
  | "proxy"
  | "certificate"
  | "not-in-index"
  | "download"
  | "wrong-hash"
  | "wrong-wheel"
  | "disk-full"
  | "not-writable"
  | "does-not-compile"
  | "not-set-up"
  | "does-not-load"
  | "no-avx";

/** Thrown if TensorFlow cannot be set up or loaded. The message states the cause and the remedy. */
export class NativeError extends Error {
  override readonly name = "NativeError";
  constructor(readonly problem: NativeProblem, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Converts errors of the file system to NativeError. Returns other errors unchanged.
 *
 * @param folder the cache; an error that names a path elsewhere is about the checkout
 */
export function explainFileError(error: unknown, folder: string, bytes: number): unknown {
  if (error instanceof NativeError || !(error instanceof Error)) return error;
  const path = pathOf(error);
  const elsewhere = path === undefined || isInside(path, folder) ? undefined : path;
  if (isDiskFull(error)) return diskFull(elsewhere ?? folder, bytes, undefined, error);
  const refused = error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable || /os error (13|30)\b/.test(error.message);
  if (!refused) return error;
  const remedy = elsewhere === undefined
    ? "Make it writable, or set XDG_CACHE_HOME to a folder that is."
    : "Give the checkout to this user, or set up a clone of your own.";
  return new NativeError(
    "not-writable",
    `Cannot set up TensorFlow: ${
      elsewhere ?? folder
    } must be writable, got '${error.message}'. ${remedy}`,
    { cause: error },
  );
}

/** Returns the path that Deno names in an error of the file system: "…: open '/a/b'", "rename '/a' -> '/b'". */
function pathOf(error: Error): string | undefined {
  return /: \w+ '([^']+)'/.exec(error.message)?.[1];
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Creates the error of a disk without enough space. */
export function diskFull(
  folder: string,
  needed: number,
  free?: number,
  cause?: unknown,
): NativeError {
  const got = free === undefined ? "it filled up" : `got ${showBytes(free)}`;
  return new NativeError(
    "disk-full",
    `Cannot set up TensorFlow: the disk of ${folder} must have ${
      showBytes(needed)
    } free, ${got}. ` +
      "Make room, or set XDG_CACHE_HOME to a folder on a larger disk.",
    cause === undefined ? {} : { cause },
  );
}

function isDiskFull(error: Error): boolean {
  // ENOSPC, and EDQUOT on Linux and macOS.
  return /os error (28|122|69)\b|No space left on device|Disk quota exceeded/.test(error.message);
}

/** '274 MB', '1.1 GB' */
export function showBytes(bytes: number): string {
  return bytes < 999.5e6 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
