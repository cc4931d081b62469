/** Opens a source by its content, whatever its name says. */
import { createReadStream } from "node:fs";
import { constants, createGunzip } from "node:zlib";
import { errorMessage } from "../../lib/error_message.ts";
import { ImportError } from "../imported/error.ts";
import type { Archive } from "./archive.ts";
import { openFile, openFolder } from "./folder.ts";
import { openTar } from "./tar.ts";
import { openZip } from "./zip.ts";

/** The part of a file that tells a tar from others. */
const HEAD_BYTES = 512;
const TAR_MAGIC_OFFSET = 257;

/** A source as it was given. */
export interface SourcePath {
  readonly path: string;
  /** The name under which the user knows it: an upload's file name. */
  readonly name: string;
}

/**
 * Opens a folder, a zip, a tar, or a single file.
 *
 * @throws {ImportError} if it cannot be read or is too large
 */
export async function openArchive({ path, name }: SourcePath): Promise<Archive> {
  try {
    if ((await Deno.stat(path)).isDirectory) return openFolder(path, name);
    const head = await readHead((await Deno.open(path)).readable);
    if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) {
      return await openZip(path, name);
    }
    const isGzip = startsWith(head, [0x1f, 0x8b]);
    const plain = isGzip ? await unpackHead(path) : head;
    if (plain?.length === 0) throw new ImportError(`Cannot import ${name}: the file is empty.`);
    const magic = new TextDecoder().decode(
      plain?.subarray(TAR_MAGIC_OFFSET, TAR_MAGIC_OFFSET + 5),
    );
    return magic === "ustar"
      ? await openTar(path, name, isGzip)
      : await openFile(path, name, isGzip);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    if (error instanceof Deno.errors.NotFound) {
      throw new ImportError(`Cannot import ${name}: there is no such file or folder.`);
    }
    throw new ImportError(`Cannot import ${name}: it must be readable (${errorMessage(error)}).`, {
      cause: error,
    });
  }
}

/** Returns true if bytes begin with some values. */
export function startsWith(bytes: Uint8Array, values: readonly number[]): boolean {
  return values.every((value, at) => bytes[at] === value);
}

/** Reads the first bytes of a stream, and closes it. */
export async function readHead(
  stream: AsyncIterable<Uint8Array>,
  length = HEAD_BYTES,
): Promise<Uint8Array> {
  const head = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of stream) {
    const part = chunk.subarray(0, length - filled);
    head.set(part, filled);
    filled += part.length;
    if (filled === length) break;
  }
  return head.subarray(0, filled);
}

/** Unpacks the first bytes of a gzip file, however many members they are in; undefined if they cannot be. */
async function unpackHead(path: string): Promise<Uint8Array | undefined> {
  const packed = createReadStream(path);
  try {
    // What is there of a file without an end is looked at, too.
    return await readHead(packed.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })));
  } catch {
    // The error is reported where the whole file is read.
    return undefined;
  } finally {
    packed.destroy();
  }
}
