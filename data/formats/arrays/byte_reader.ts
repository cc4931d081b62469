/** Reads a stream in pieces of wanted lengths. */

/** A stream that is read from its beginning to its end. */
export interface ByteReader {
  /**
   * Reads the next bytes.
   *
   * @throws {RangeError} whose message completes 'Cannot import FILE: it …' if the stream ends before
   */
  read(length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Passes bytes over. */
  skip(length: number): Promise<void>;
  /** Gives up what is left. */
  close(): Promise<void>;
}

/** Begins to read a stream. */
export function openReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ByteReader {
  const reader = stream.getReader();
  let chunk: Uint8Array<ArrayBuffer> = new Uint8Array();
  let at = 0;
  let passed = 0;

  /** Returns up to `length` of the next bytes, at least one. */
  async function next(length: number): Promise<Uint8Array<ArrayBuffer>> {
    while (at === chunk.length) {
      const { done, value } = await reader.read();
      if (done) {
        throw new RangeError(
          `must hold ${length.toLocaleString("en-US")} bytes more, got its end after ` +
            `${passed.toLocaleString("en-US")}.`,
        );
      }
      [chunk, at] = [value, 0];
    }
    const part = chunk.subarray(at, at + length);
    at += part.length;
    passed += part.length;
    return part;
  }

  return {
    async read(length) {
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const part = await next(length - filled);
        bytes.set(part, filled);
        filled += part.length;
      }
      return bytes;
    },
    async skip(length) {
      for (let left = length; left > 0;) left -= (await next(left)).length;
    },
    async close() {
      await reader.cancel();
    },
  };
}
