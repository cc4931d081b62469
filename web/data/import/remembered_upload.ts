/// <reference lib="dom" />
/** The upload that this tab has begun, which outlives a reload. A page cannot keep the file itself. */
import { ENDPOINT } from "../../api/endpoint.ts";

/** An upload with what tells its file from others. */
export interface RememberedUpload {
  readonly id: string;
  readonly url: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly modified: number;
}

const KEY = "epochql-upload";

/** Remembers an upload of a file in place of the one before. */
export function rememberUpload(file: File, upload: { readonly id: string; readonly url: string }) {
  const remembered: RememberedUpload = {
    id: upload.id,
    url: new URL(upload.url, ENDPOINT).href,
    fileName: file.name,
    bytes: file.size,
    modified: file.lastModified,
  };
  sessionStorage.setItem(KEY, JSON.stringify(remembered));
  return remembered;
}

/** Returns the upload that was begun last. */
export function rememberedUpload(): RememberedUpload | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : JSON.parse(text);
}

/** Returns the upload that was begun last, if it is one of this file. */
export function rememberedUploadOf(file: File): RememberedUpload | undefined {
  const upload = rememberedUpload();
  const isSame = upload?.fileName === file.name && upload.bytes === file.size &&
    upload.modified === file.lastModified;
  return isSame ? upload : undefined;
}

/** Forgets it: its dataset is being imported, or the server has it no longer. */
export function forgetUpload() {
  sessionStorage.removeItem(KEY);
}
