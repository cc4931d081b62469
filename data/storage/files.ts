/** Reads and writes whole files. Every failure of the disk becomes a DatasetError that states the remedy. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { DatasetError } from "../errors.ts";
import { writeAtomically } from "../../lib/atomic_file.ts";
import { readFailureReason, writeFailureReason } from "../../lib/disk_failure.ts";

const CHUNK = 4 * 1024 * 1024;

/**
 * Reads a file.
 *
 * @param limit a longer file is not read
 * @throws {DatasetError} 'missing', 'unreadable' or 'too-long'
 */
export async function readWhole(path: string, limit: number): Promise<Uint8Array> {
  try {
    using file = await Deno.open(path);
    const { size, isDirectory } = await file.stat();
    if (isDirectory) throw new Deno.errors.IsADirectory("is a directory");
    if (size > limit) {
      throw new DatasetError(
        "too-long",
        `Cannot read ${path}: it must hold at most ${limit.toLocaleString("en-US")} bytes, ` +
          `got ${size.toLocaleString("en-US")}.`,
      );
    }
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const read = await file.read(bytes.subarray(filled, filled + CHUNK));
      if (read === null) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    throw asReadError(error, path);
  }
}

/**
 * Writes a file atomically: a reader sees the old file or the complete new one.
 *
 * @throws {DatasetError} 'not-writable' or 'disk-full'
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await writeAtomically(path, [bytes], { explain: (error) => asWriteError(error, path) });
}

/**
 * Creates a folder and its parents.
 *
 * @throws {DatasetError} 'not-writable' or 'disk-full'
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw asWriteError(error, path);
  }
}

/** Computes the sha256 of bytes, hexadecimal, without blocking the event loop. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < bytes.length; start += CHUNK) {
    hash.update(bytes.subarray(start, start + CHUNK));
    await setImmediate();
  }
  return hash.digest("hex");
}

/** Converts an error to one that says why a file cannot be read. */
export function asReadError(error: unknown, path: string): DatasetError {
  if (error instanceof DatasetError) return error;
  const { kind, rest } = readFailureReason(error, path);
  return new DatasetError(kind, `Cannot read ${path}: ${rest}`, { cause: error });
}

/** Converts an error to one that says why a file or folder cannot be written. */
export function asWriteError(error: unknown, path: string): DatasetError {
  if (error instanceof DatasetError) return error;
  const { kind, rest } = writeFailureReason(error, path);
  return new DatasetError(kind, `Cannot write ${path}: ${rest}`, { cause: error });
}
