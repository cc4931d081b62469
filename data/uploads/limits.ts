/** The limits of uploads, as checks. */
import { type Upload, UploadError, type UploadLimits } from "./upload_store.ts";

/** @throws {UploadError} 'incomplete' */
export function mustBeComplete(id: string, bytes: number, received: number): void {
  if (received === bytes) return;
  throw new UploadError(
    "incomplete",
    `Cannot use the upload '${id}': it must have ${bytes} bytes, got ${received} so far. ` +
      "Send the rest first.",
    { received },
  );
}

/** @throws {UploadError} 'too-large' */
export function mustFit(bytes: number, maxBytes: number): void {
  if (Number.isInteger(bytes) && bytes >= 1 && bytes <= maxBytes) return;
  throw new UploadError(
    "too-large",
    `Cannot upload: bytes must be a whole number between 1 and ${maxBytes}, got ${bytes}.`,
  );
}

/** @throws {UploadError} 'quota' */
export function mustHaveQuota(
  { owner, bytes }: { readonly owner: string; readonly bytes: number },
  uploads: readonly Upload[],
  { maxOwnerBytes, maxUnfinished }: UploadLimits,
): void {
  const own = uploads.filter((upload) => upload.owner === owner);
  const unfinished = own.filter((upload) => upload.received < upload.bytes).length;
  const remedy = "Finish or delete some (DELETE on their URLs), or wait until they expire.";
  if (unfinished >= maxUnfinished) {
    throw new UploadError(
      "quota",
      `Cannot upload: at most ${maxUnfinished} uploads may be unfinished, got ${unfinished}. ${remedy}`,
    );
  }
  const before = own.reduce((sum, upload) => sum + upload.bytes, 0);
  if (before + bytes > maxOwnerBytes) {
    throw new UploadError(
      "quota",
      `Cannot upload: all uploads together must have at most ${maxOwnerBytes} bytes, ` +
        `got ${bytes} more than ${before}. ${remedy}`,
    );
  }
}
