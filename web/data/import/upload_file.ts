/// <reference lib="dom" />
/** Sends a file to the server, with its progress. */
import { ENDPOINT } from "../../api/endpoint.ts";
import { request } from "../../api/request.ts";
import { CREATE_UPLOAD } from "./operations.ts";

/**
 * Uploads a file.
 *
 * @param onProgress receives the share that was sent, from 0 to 1
 * @returns the id of the upload
 * @throws {ApiError} if the server refuses it
 * @throws {Error} if the connection breaks
 */
export async function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const input = { fileName: file.name, bytes: file.size };
  const { createUpload: { upload } } = await request(CREATE_UPLOAD, { input }, signal);
  await send(new URL(upload.url, ENDPOINT).href, file, onProgress, signal);
  return upload.id;
}

/** Sends a body by XMLHttpRequest: fetch() tells nothing of what it has sent. */
function send(
  url: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("PUT", url);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(loaded / Math.max(1, total));
    sending.onload = () => {
      if (sending.status < 300) resolve();
      else reject(new Error(`Cannot upload: the server answered ${sending.status}.`));
    };
    sending.onerror = () => reject(new Error("Cannot upload: the connection broke. Try again."));
    sending.onabort = () => reject(new Error("The upload was cancelled."));
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(file);
  });
}
