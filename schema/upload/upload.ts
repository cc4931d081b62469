/** type Upload, type UploadPayload */
import type { Upload as StoredUpload } from "../../data/uploads/upload_store.ts";
import { builder } from "../base/builder.ts";

export const Upload = builder.objectRef<StoredUpload>("Upload").implement({
  description:
    "File that a client sends. PUT its bytes to `url`; after a lost connection, HEAD returns the offset (Upload-Offset) and " +
    "PATCH continues there, as in the tus protocol 1.0.",
  fields: (t) => ({
    id: t.exposeString("id", { description: "ID, for the inputs that take an upload." }),
    url: t.string({
      description:
        "URL of the bytes, relative to that of the API. It takes PUT, PATCH, HEAD and DELETE with the same token. Of a " +
        "direct upload it is that of the object storage, which takes PUT of the whole file without a token until " +
        "`expiresAt`; /uploads/<id> at this server still takes HEAD and DELETE.",
      resolve: ({ id, directUrl }) => directUrl ?? uploadPath(id),
    }),
    bytes: t.exposeFloat("bytes", { description: "Size of the whole file, in bytes." }),
    received: t.exposeFloat("received", { description: "Number of bytes received so far." }),
    expiresAt: t.string({
      description: "Time when it is removed, unless it is continued or used before (RFC 3339).",
      resolve: ({ expiresAt }) => new Date(expiresAt).toISOString(),
    }),
  }),
});

export const UploadPayload = builder.objectRef<StoredUpload>("UploadPayload").implement({
  description: "Result of createUpload.",
  fields: (t) => ({
    upload: t.field({
      type: Upload,
      description: "The upload, which has no bytes yet.",
      resolve: (upload) => upload,
    }),
  }),
});

function uploadPath(id: string): string {
  return `/uploads/${id}`;
}
