/** Failures of the disk as errors of uploads. */
import { readFailureReason, writeFailureReason } from "../../lib/disk_failure.ts";
import { UploadError } from "./upload_store.ts";

/** Converts a failure of the disk to an error that states the remedy. */
export function diskError(
  action: "read" | "write" | "remove",
  path: string,
  error: unknown,
  received?: number,
): UploadError {
  if (error instanceof UploadError) return error;
  const { kind, rest } = action === "read"
    ? readFailureReason(error, path)
    : writeFailureReason(error, path, "some space");
  return new UploadError(
    kind === "disk-full" ? "disk-full" : "disk",
    `Cannot ${action} an upload: ${rest}`,
    { cause: error, ...(received === undefined ? {} : { received }) },
  );
}

/** Returns whether a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
