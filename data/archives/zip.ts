/** A zip file as a source, read where its files lie. The files are inflated by zlib. */
import { promisify } from "node:util";
import { crc32, inflateRaw, inflateRawSync } from "node:zlib";
import { errorMessage } from "../../lib/error_message.ts";
import { type Archive, type ArchiveFile, FileList, tooLong } from "./archive.ts";
import { boundedStream } from "./gzip.ts";
import { PartReader, WINDOW_BYTES } from "./part_reader.ts";
import type { ZipPlace } from "./plain_zip.ts";
import { listZip } from "./zip_directory.ts";

const inflate = promisify(inflateRaw);

const LOCAL_HEADER_BYTES = 30;

/** The largest size of files that are inflated at once: a call in another thread would take longer. */
const SMALL_BYTES = 64 * 1024;
const [STORED, DEFLATED] = [0, 8];

/**
 * Opens a zip file.
 *
 * @throws {ImportError} if its directory cannot be read, or it is too large
 */
export async function openZip(path: string, name: string): Promise<Archive> {
  const file = await Deno.open(path);
  try {
    const { size } = await file.stat();
    const parts = new PartReader(file);
    const list = new FileList(name, size);
    const places = new Map<ArchiveFile, ZipPlace>();
    for await (const place of listZip(parts, size, name)) {
      const kept = list.add(place.path, place.bytes, place.kind);
      if (kept) places.set(kept, place);
    }
    return {
      files: list.files,
      leftOut: list.leftOut,
      async *read(wanted) {
        for (const [kept, place] of places) {
          if (!wanted.has(kept)) continue;
          yield {
            file: kept,
            stream: () => streamFile(parts, place),
            bytes: (limit) => readFile(parts, place, limit),
          };
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Finds the offset of a file's bytes behind its local header. */
async function dataOffset(parts: PartReader, { offset }: ZipPlace): Promise<number> {
  const header = new DataView((await parts.read(offset, LOCAL_HEADER_BYTES)).buffer);
  if (header.getUint32(0, true) !== 0x04034b50) {
    throw new RangeError("must begin with its header, got damage.");
  }
  return offset + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
}

async function readFile(parts: PartReader, place: ZipPlace, limit: number): Promise<Uint8Array> {
  const { bytes, method, crc, packedBytes } = place;
  checkMethod(method);
  if (bytes > limit) throw tooLong(limit);
  const packed = await parts.read(await dataOffset(parts, place), packedBytes);
  const unpacked = method === STORED ? packed : await inflateTo(packed, bytes);
  if (crc !== undefined && crc32(unpacked) !== crc >>> 0) {
    throw new RangeError("must have its checksum, got damage.");
  }
  return unpacked;
}

async function inflateTo(packed: Uint8Array, bytes: number): Promise<Uint8Array> {
  try {
    const options = { maxOutputLength: Math.max(1, bytes) };
    // The size is only stated: what is large grows chunk by chunk.
    if (bytes > SMALL_BYTES) return await inflate(packed, options);
    // One chunk holds all of it, and a byte more, so that zlib asks for no second one.
    return inflateRawSync(packed, { ...options, chunkSize: Math.max(64, bytes + 1) });
  } catch (error) {
    throw new RangeError(`must be packed correctly, got damage (${errorMessage(error)}).`);
  }
}

function streamFile(parts: PartReader, place: ZipPlace): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at: number | undefined;
  let left = place.packedBytes;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      checkMethod(place.method);
      at ??= await dataOffset(parts, place);
      if (left === 0) return controller.close();
      const chunk = await parts.read(at, Math.min(WINDOW_BYTES, left));
      at += chunk.length;
      left -= chunk.length;
      controller.enqueue(chunk);
    },
  }, { highWaterMark: 0 });
  return place.method === DEFLATED
    ? boundedStream(packed.pipeThrough(new DecompressionStream("deflate-raw")), place.bytes)
    : boundedStream(packed, place.bytes);
}

function checkMethod(method: number): void {
  if (method === -1) throw new RangeError("must not be encrypted.");
  if (method !== STORED && method !== DEFLATED) {
    throw new RangeError(`must be stored or deflated, got compression method ${method}.`);
  }
}
