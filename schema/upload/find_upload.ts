/** Finds the upload that an argument names, for its owner. */
import { type UploadedFile, UploadError } from "../../data/uploads/upload_store.ts";
import type { ApiContext } from "../base/context.ts";

/**
 * Returns the file of a complete upload.
 *
 * @param how 'locate' for its place alone, where the file comes later

 * @throws {UploadError} 'unknown' if there is none, or another client's; 'incomplete' if bytes are missing
 */
export async function findUpload(
  { uploads, viewer }: Pick<ApiContext, "uploads" | "viewer">,
  id: string,
  how: "file" | "locate" = "file",
): Promise<UploadedFile> {
  const upload = await uploads?.find(id);
  const isOwn = upload?.owner === viewer.name || viewer.scope === "admin";
  if (uploads && upload && isOwn) return await uploads[how](id);
  throw new UploadError("unknown", unknownUpload(id));
}

/** Returns the message about an upload that a client cannot find. */
function unknownUpload(id: string): string {
  return `Cannot find the upload ${JSON.stringify(id.slice(0, 40))}: ` +
    "it never was, was removed or has expired. Upload the file again.";
}
