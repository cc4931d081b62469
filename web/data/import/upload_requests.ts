/// <reference lib="dom" />
/** The two requests of the tus protocol that send a file: HEAD for its offset, PATCH for the bytes from there on. */
import { endSession, sessionValid } from "../../api/session.ts";
import { UPLOAD_ANSWER_MS, UPLOAD_STALL_MS } from "../../timeouts.ts";

/** Thrown if the connection breaks or the server cannot answer now. The same request may succeed later. */
export class BrokenUpload extends Error {
  override readonly name = "BrokenUpload";
}

/**
 * Statuses of a server that asks to sign in again, is busy, restarting, or still writing the piece of a connection that
 * broke.
 */
const TRANSIENT = new Set([400, 401, 408, 409, 423, 425, 429, 500, 502, 503, 504, 507]);

/**
 * Returns the number of bytes that the server has.
 *
 * @returns undefined if it knows no such upload
 * @throws {BrokenUpload} if it cannot be reached
 */
export async function readOffset(url: string, signal: AbortSignal): Promise<number | undefined> {
  await sessionValid(signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_ANSWER_MS)]);
  const response = await fetch(url, { method: "HEAD", signal: limit }).catch((cause) => {
    throw new BrokenUpload("the server cannot be reached", { cause });
  });
  if (response.status === 404) return undefined;
  const offset = response.headers.get("upload-offset");
  if (!response.ok || offset === null) throw refusal(response.status);
  return Number(offset);
}

/**
 * Sends a file from an offset on, by XMLHttpRequest: fetch() tells nothing of what it has sent.
 *
 * @param onSent receives the number of bytes that were sent so far, with those before the offset
 */
export function sendFrom(
  url: string,
  file: File,
  offset: number,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("PATCH", url);
    sending.setRequestHeader("content-type", "application/offset+octet-stream");
    sending.setRequestHeader("upload-offset", String(offset));
    const stalled = () => sending.abort();
    let stall = setTimeout(stalled, UPLOAD_STALL_MS);
    const stop = () => sending.abort();
    sending.upload.onprogress = ({ loaded }) => {
      clearTimeout(stall);
      stall = setTimeout(stalled, UPLOAD_STALL_MS);
      onSent(offset + loaded);
    };
    sending.onload = () => {
      if (sending.status < 300) resolve();
      else reject(refusal(sending.status, sending.responseText));
    };
    sending.onerror = sending.onabort = () => reject(new BrokenUpload("the connection broke"));
    sending.onloadend = () => {
      clearTimeout(stall);
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop);
    sending.send(file.slice(offset));
  });
}

function refusal(status: number, body = ""): Error {
  if (status === 401) endSession();
  const reason = messageOf(body) ?? `the server answered ${status}`;
  return TRANSIENT.has(status) ? new BrokenUpload(reason) : new Error(`Cannot upload: ${reason}.`);
}

function messageOf(body: string): string | undefined {
  try {
    return JSON.parse(body).errors[0].message;
  } catch {
    return undefined;
  }
}
