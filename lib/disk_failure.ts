/** Explains failures of a disk to people: a full disk, missing permissions, a folder in the way. */
import { dirname } from "node:path";
import { errorMessage } from "./error_message.ts";

/** A disk's failure: its kind, and what follows 'Cannot read PATH:' or 'Cannot write PATH:', for people. */
export interface DiskFailure<Kind extends string> {
  readonly kind: Kind;
  readonly rest: string;
}

/** Describes why a file could not be read, with a remedy. */
export function readFailureReason(
  error: unknown,
  path: string,
): DiskFailure<"missing" | "unreadable"> {
  const failure = (kind: "missing" | "unreadable", rest: string) => ({ kind, rest });
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return failure("missing", "the file must exist, got none.");
  }
  if (error instanceof Deno.errors.NotCapable) {
    return failure("unreadable", `Deno must be allowed to, with --allow-read=${dirname(path)}.`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return failure("unreadable", `this user must be allowed to. Try: chmod u+r '${path}'.`);
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return failure("unreadable", "it must be a file, got a folder. Move the folder away.");
  }
  return failure(
    "unreadable",
    `the disk must give its bytes, got: ${errorMessage(error)}. Check the disk.`,
  );
}

/**
 * Explains why a file or folder could not be written, and what to do.
 * @param room how much space to free where the disk is full
 */
export function writeFailureReason(
  error: unknown,
  path: string,
  room = "60 MB",
): DiskFailure<"not-writable" | "disk-full"> {
  const failure = (kind: "not-writable" | "disk-full", rest: string) => ({ kind, rest });
  const elsewhere = "or use a folder elsewhere";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const full = code === "ENOSPC" ? "is full" : "has no quota left for this user";
    return failure("disk-full", `the disk ${full}. Free ${room}, ${elsewhere}.`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return failure("not-writable", `Deno must be allowed to, with --allow-write=${dirname(path)}.`);
  }
  if (code === "EROFS") {
    return failure(
      "not-writable",
      `the file system is read-only. Mount it for writing, ${elsewhere}.`,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return failure(
      "not-writable",
      `this user must be allowed to write into ${
        dirname(path)
      }. Change its permissions, ${elsewhere}.`,
    );
  }
  if (error instanceof Deno.errors.NotFound) {
    return failure(
      "not-writable",
      `the folder ${dirname(path)} must exist. Make it, ${elsewhere}.`,
    );
  }
  if (
    error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists ||
    error instanceof Deno.errors.IsADirectory
  ) {
    return failure(
      "not-writable",
      `a file lies where a folder must be, or a folder where a file must be. Move it away, ${elsewhere}.`,
    );
  }
  return failure(
    "not-writable",
    `the disk must take it, got: ${errorMessage(error)}. Check the disk.`,
  );
}
