/**
 * Whole files on a disk that can be full, read-only or away: read, written so that no reader ever sees half
 * a file, and every failure turned into a DatasetError that says what to do. It knows no format.
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DatasetError } from "../errors.ts";
import { errorMessage } from "../../lib/error_message.ts";

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
 * Writes a file at once: a reader sees the old file or the whole new one, also after power loss, and two
 * writers do not mix.
 *
 * @throws {DatasetError} 'not-writable' or 'disk-full'
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    {
      using file = await Deno.open(part, { write: true, createNew: true });
      for (let written = 0; written < bytes.length;) {
        written += await file.write(bytes.subarray(written, written + CHUNK));
      }
      await file.sync();
    }
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw asWriteError(error, path);
  }
}

/**
 * Makes a folder with everything above it.
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

/** The sha256 of bytes, hexadecimal, computed without holding up the event loop. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < bytes.length; start += CHUNK) {
    hash.update(bytes.subarray(start, start + CHUNK));
    await setImmediate();
  }
  return hash.digest("hex");
}

/** Says why a file cannot be read. */
export function asReadError(error: unknown, path: string): DatasetError {
  if (error instanceof DatasetError) return error;
  const { kind, rest } = readFailureReason(error, path);
  return new DatasetError(kind, `Cannot read ${path}: ${rest}`, { cause: error });
}

/** Says why a file or folder cannot be written. */
export function asWriteError(error: unknown, path: string): DatasetError {
  if (error instanceof DatasetError) return error;
  const { kind, rest } = writeFailureReason(error, path);
  return new DatasetError(kind, `Cannot write ${path}: ${rest}`, { cause: error });
}

/** A disk's failure: its kind, and what follows 'Cannot read PATH:' or 'Cannot write PATH:', for people. */
export interface DiskFailure<Kind extends string> {
  readonly kind: Kind;
  readonly rest: string;
}

/** Describes why a file could not be read, with a remedy. */
export function readFailureReason(
  error: unknown,
  path: string,
): DiskFailure<"missing" | "unreadable"> {
  const failure = (kind: "missing" | "unreadable", rest: string) => ({ kind, rest });
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return failure("missing", "the file must exist, got none.");
  }
  if (error instanceof Deno.errors.NotCapable) {
    return failure("unreadable", `Deno must be allowed to, with --allow-read=${dirname(path)}.`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return failure("unreadable", `this user must be allowed to. Try: chmod u+r '${path}'.`);
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return failure("unreadable", "it must be a file, got a folder. Move the folder away.");
  }
  return failure(
    "unreadable",
    `the disk must give its bytes, got: ${errorMessage(error)}. Check the disk.`,
  );
}

/**
 * Explains why a file or folder could not be written, and what to do.
 * @param room how much space to free where the disk is full
 */
export function writeFailureReason(
  error: unknown,
  path: string,
  room = "60 MB",
): DiskFailure<"not-writable" | "disk-full"> {
  const failure = (kind: "not-writable" | "disk-full", rest: string) => ({ kind, rest });
  const elsewhere = "or use a folder elsewhere";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const full = code === "ENOSPC" ? "is full" : "has no quota left for this user";
    return failure("disk-full", `the disk ${full}. Free ${room}, ${elsewhere}.`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return failure("not-writable", `Deno must be allowed to, with --allow-write=${dirname(path)}.`);
  }
  if (code === "EROFS") {
    return failure(
      "not-writable",
      `the file system is read-only. Mount it for writing, ${elsewhere}.`,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return failure(
      "not-writable",
      `this user must be allowed to write into ${
        dirname(path)
      }. Change its permissions, ${elsewhere}.`,
    );
  }
  if (
    error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists ||
    error instanceof Deno.errors.IsADirectory
  ) {
    return failure(
      "not-writable",
      `a file lies where a folder must be, or a folder where a file must be. Move it away, ${elsewhere}.`,
    );
  }
  return failure(
    "not-writable",
    `the disk must take it, got: ${errorMessage(error)}. Check the disk.`,
  );
}
