/** Unpacks gzip streams, with a bound on their size. */
import { errorMessage } from "../../lib/error_message.ts";
import { unpackedLimit } from "./archive.ts";

/**
 * Unpacks a stream.
 *
 * @param packedBytes its length, to which the length of the result is held
 */
export function unpackedFile(
  packed: ReadableStream<Uint8Array<ArrayBuffer>>,
  packedBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const unpacked = packed.pipeThrough(new DecompressionStream("gzip"));
  return boundedStream(unpacked, unpackedLimit(packedBytes));
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
