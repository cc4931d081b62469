/// <reference lib="dom" />
/** Sends a file to the server. It goes on after a lost connection, and after a reload with the same file. */
import { retry } from "../../../lib/retry.ts";
import { duration, size } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { MAX_RECONNECT_MS, RECONNECT_MS, UPLOAD_PATIENCE_MS } from "../../timeouts.ts";
import { CREATE_UPLOAD } from "./operations.ts";
import {
  forgetUpload,
  type RememberedUpload,
  rememberedUploadOf,
  rememberUpload,
} from "./remembered_upload.ts";
import { BrokenUpload, readOffset, sendFrom } from "./upload_requests.ts";

/** State of an upload. */
export interface UploadProgress {
  /** The share that was sent, from 0 to 1. */
  readonly share: number;
  /** Why nothing is being sent, until the next attempt. */
  readonly problem: string | undefined;
}

/** Options of uploadFile(). */
export interface UploadOptions {
  readonly signal: AbortSignal;
  onProgress(progress: UploadProgress): void;
}

/**
 * Uploads a file.
 *
 * @returns the id of the upload
 * @throws {ApiError} if the server refuses it
 * @throws {Error} if the file cannot be read, or if the server receives nothing for too long
 */
export async function uploadFile(file: File, options: UploadOptions): Promise<string> {
  const report = (bytes: number, problem?: string) =>
    options.onProgress({ share: bytes / Math.max(1, file.size), problem });
  const upload = await findUpload(file, options.signal) ?? await createUpload(file, options.signal);
  let received = 0;
  let brokenAt: number | undefined;
  const attempt = async () => {
    const offset = await readOffset(upload.url, options.signal);
    if (offset === undefined) {
      forgetUpload();
      throw new Error("Cannot upload: the server has removed what was sent. Import again.");
    }
    if (offset > received) brokenAt = undefined;
    received = offset;
    report(received);
    if (received === file.size) return;
    await mustBeReadable(file, received);
    await sendFrom(upload.url, file, received, report, options.signal);
  };
  const mayPass = (error: unknown) => {
    if (!(error instanceof BrokenUpload)) return false;
    brokenAt ??= Date.now();
    report(received, error.message);
    return Date.now() - brokenAt < UPLOAD_PATIENCE_MS;
  };
  try {
    await retry(attempt, {
      signal: options.signal,
      pauseMs: RECONNECT_MS,
      maxPauseMs: MAX_RECONNECT_MS,
      isTransient: mayPass,
    });
    return upload.id;
  } catch (error) {
    if (error instanceof BrokenUpload) throw givenUp(file, received, error);
    throw error;
  }
}

/** Returns the upload of this file that was begun before, if the server still has it. */
async function findUpload(
  file: File,
  signal: AbortSignal,
): Promise<RememberedUpload | undefined> {
  const upload = rememberedUploadOf(file);
  if (!upload) return undefined;
  const offset = await readOffset(upload.url, signal).catch((error) => {
    if (error instanceof BrokenUpload) return 0; // The attempts will tell.
    throw error;
  });
  return offset === undefined ? undefined : upload;
}

async function createUpload(file: File, signal: AbortSignal): Promise<RememberedUpload> {
  const input = { fileName: file.name, bytes: file.size };
  const { createUpload: { upload } } = await request(CREATE_UPLOAD, { input }, signal);
  return rememberUpload(file, upload);
}

/** A browser reports a file that has changed as a broken connection. */
async function mustBeReadable(file: File, offset: number): Promise<void> {
  try {
    await file.slice(offset, offset + 1).arrayBuffer();
  } catch (cause) {
    throw new Error(
      `Cannot upload ${file.name}: the file was changed or removed. Choose it again.`,
      { cause },
    );
  }
}

function givenUp(file: File, received: number, cause: BrokenUpload): Error {
  return new Error(
    `Cannot upload ${file.name}: for ${duration(UPLOAD_PATIENCE_MS / 1000)} nothing arrived at ` +
      `the server (${cause.message}). It has ${size(received)} of ${size(file.size)}; ` +
      "Import continues from there.",
    { cause },
  );
}
