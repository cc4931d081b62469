/** The bytes of a Parquet file where its reader needs them: a file on this machine in parts, one in an archive as a whole. */
import type { AsyncBuffer } from "hyparquet";
import type { OpenedFile } from "../../archives/archive.ts";

/** The largest size of a file that must be in memory. */
const MAX_WHOLE_BYTES = 1e9;

/** Opens a file; close() must be called. */
export async function openBuffer(
  { place, bytes }: OpenedFile,
): Promise<{ readonly buffer: AsyncBuffer; close(): void }> {
  if (place === undefined) {
    const { buffer, byteOffset, byteLength } = new Uint8Array(await bytes(MAX_WHOLE_BYTES));
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
