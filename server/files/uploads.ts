/** Settings of uploads that the server's configuration decides, and the removal of expired ones. */
import {
  DEFAULT_UPLOAD_LIMITS,
  type UploadLimits,
  type UploadStore,
} from "../../data/uploads/upload_store.ts";
import type { Limits } from "../../config/limits.ts";
import { serverLog } from "../observability/log.ts";
import { UPLOAD_CLEANING_MS } from "../timeouts.ts";

const MEGABYTE = 1_000_000;

/** Returns the limits of uploads. */
export function uploadLimits(
  { uploadMegabytes, uploadsMegabytes, unfinishedUploads }: Limits,
): UploadLimits {
  return {
    ...DEFAULT_UPLOAD_LIMITS,
    maxBytes: uploadMegabytes * MEGABYTE,
    maxOwnerBytes: uploadsMegabytes * MEGABYTE,
    maxUnfinished: unfinishedUploads,
  };
}

/**
 * Removes expired uploads now and then.
 *
 * @returns a function that stops it
 */
export function removeExpiredUploads(uploads: UploadStore): () => void {
  const clean = () =>
    uploads.removeExpired().catch((error) => {
      serverLog.error("Expired uploads cannot be removed: {error}", { error });
    });
  void clean();
  const timer = setInterval(clean, UPLOAD_CLEANING_MS);
  return () => clearInterval(timer);
}
