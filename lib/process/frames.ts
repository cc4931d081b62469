/**
 * Messages with bytes in streams, such as pipes: the lengths of both as little-endian uint32, then the message as JSON,
 * then the bytes.
 */

import { joinBytes } from "../bytes.ts";

/** A message with its bytes. */
export interface Frame {
  readonly message: unknown;
  /** Aligned for any typed array. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Thrown for a stream that ends within a frame, or whose frame is longer than allowed. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

const LENGTHS = 8;

/** The default of the longest frame, in bytes. */
const MAX_BYTES = 1_000_000_000;

/**
 * Encodes a message.
 *
 * @param parts the bytes, one part after the other
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const stream = new Blob([encodeFrame({ number: 1 }, [Uint8Array.of(5, 6)])]).stream();
 * for await (const { message, bytes } of readFrames(stream)) {
 *   assertEquals(message, { number: 1 });
 *   assertEquals(bytes, Uint8Array.of(5, 6));
 * }
 * ```
 */
export function encodeFrame(
  message: unknown,
  parts: readonly ArrayBufferView[] = [],
): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(message));
  const bytes = joinBytes(
    parts.map(({ buffer, byteOffset, byteLength }) =>
      new Uint8Array(buffer, byteOffset, byteLength)
    ),
  );
  const lengths = new DataView(new ArrayBuffer(LENGTHS));
  lengths.setUint32(0, json.length, true);
  lengths.setUint32(4, bytes.length, true);
  return joinBytes([new Uint8Array(lengths.buffer), json, bytes]);
}

/**
 * Reads messages until the stream ends.
 *
 * @throws {FrameError} if a frame is longer than allowed or incomplete
 */
export async function* readFrames(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number = MAX_BYTES,
): AsyncGenerator<Frame, void> {
  const reader = stream.getReader();
  const take = taker(reader);
  try {
    for (;;) {
      const lengths = await take(LENGTHS);
      if (!lengths) return;
      const view = new DataView(lengths.buffer);
      const [jsonLength, length] = [view.getUint32(0, true), view.getUint32(4, true)];
      if (jsonLength + length > maxBytes) {
        throw new FrameError(
          `Cannot read a frame: it must have at most ${maxBytes} bytes, got ${
            jsonLength + length
          }.`,
        );
      }
      const json = await take(jsonLength);
      const bytes = await take(length);
      if (!json || !bytes) throw cut();
      yield { message: JSON.parse(new TextDecoder().decode(json)), bytes };
    }
  } finally {
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** Returns a function that takes the next bytes of a stream; undefined if the stream is at its end. */
function taker(reader: ReadableStreamDefaultReader<Uint8Array>) {
  // A small frame arrives as one chunk: each read takes as long as a prediction.
  let chunk: Uint8Array = new Uint8Array();
  return async (length: number): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (chunk.length === 0) {
        const { done, value } = await reader.read();
        if (done) {
          if (filled > 0) throw cut();
          return undefined;
        }
        chunk = value;
      }
      const part = chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      chunk = chunk.subarray(part.length);
    }
    return bytes;
  };
}

function cut(): FrameError {
  return new FrameError("Cannot read a frame: the stream must not end within it.");
}
