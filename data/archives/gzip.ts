/** Unpacks gzip streams, with a bound on their size. */
import { Duplex } from "node:stream";
import { createGunzip } from "node:zlib";
import { errorMessage } from "../../lib/error_message.ts";
import { type OpenedFile, unpackedLimit } from "./archive.ts";

const CHUNK_BYTES = 65_536;

/**
 * Unpacks a stream.
 *
 * @param packedBytes its length, to which the length of the result is held
 */
export function unpackedFile(
  packed: ReadableStream<Uint8Array<ArrayBuffer>>,
  packedBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return boundedStream(packed.pipeThrough(gunzip()), unpackedLimit(packedBytes));
}

/** Returns a stream that unpacks every member of a gzip file, where DecompressionStream refuses all but the first. */
export function gunzip(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return Duplex.toWeb(createGunzip({ chunkSize: CHUNK_BYTES })) as TransformStream;
}

/** Streams a file, and unpacks it if it is packed by gzip, whatever its name says. */
export async function plainStream(
  { file, stream }: OpenedFile,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const reader = stream().getReader();
  const { value: first = new Uint8Array() } = await reader.read();
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(first),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return first[0] === 0x1f && first[1] === 0x8b ? unpackedFile(whole, file.bytes ?? 0) : whole;
}

/** Passes a stream on as long as it stays within a bound, and turns its errors into RangeErrors. */
export function boundedStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  let length = 0;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        length += value.length;
        if (length > limit) {
          await reader.cancel();
          const most = limit.toLocaleString("en-US");
          throw new RangeError(`must hold at most ${most} bytes once unpacked, got more.`);
        }
        controller.enqueue(value);
      } catch (error) {
        controller.error(
          error instanceof RangeError
            ? error
            : new RangeError(`must be packed correctly, got damage (${errorMessage(error)}).`),
        );
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
