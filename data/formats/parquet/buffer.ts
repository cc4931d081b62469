/**
 * The bytes of a Parquet file where its reader needs them: in parts, of a file that is on this machine or unpacked
 * there.
 */
import type { AsyncBuffer } from "hyparquet";
import type { OpenedFile } from "../../archives/archive.ts";
import type { ReaderOptions } from "../format.ts";

/** The largest size of a packed file where nothing can be unpacked to the disk. */
const MAX_WHOLE_BYTES = 1e9;

/** Opens a file; close() must be called. */
export async function openBuffer(
  opened: OpenedFile,
  { unpack }: ReaderOptions,
): Promise<{ readonly buffer: AsyncBuffer; close(): void }> {
  const place = opened.place ?? await unpack?.(opened.stream());
  if (place === undefined) {
    const whole = await opened.bytes(MAX_WHOLE_BYTES);
    const { buffer, byteOffset, byteLength } = new Uint8Array(whole);
    const slice = (start: number, end = byteLength) =>
      buffer.slice(byteOffset + start, byteOffset + end);
    return { buffer: { byteLength, slice }, close() {} };
  }
  const file = await Deno.open(place);
  const { size } = await file.stat();
  return {
    buffer: {
      byteLength: size,
      slice(start, end = size) {
        const part = new Uint8Array(end - start);
        file.seekSync(start, Deno.SeekMode.Start);
        for (let filled = 0; filled < part.length;) {
          const read = file.readSync(part.subarray(filled));
          if (read === null) throw new RangeError("must hold all of its columns, got its end.");
          filled += read;
        }
        return part.buffer;
      },
    },
    close: () => file.close(),
  };
}
