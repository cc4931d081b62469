/** Unpacks a file of an archive to the disk, for formats that are read from several places. */
import { writeAll } from "../lib/bytes.ts";

/**
 * Writes a stream to a file, in place of what it held.
 *
 * @param onDisk carries out what writes, again after a full disk
 */
export async function unpackTo(
  path: string,
  bytes: ReadableStream<Uint8Array>,
  onDisk: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<string> {
  using file = await onDisk(() => Deno.open(path, { write: true, create: true, truncate: true }));
  let position = 0;
  for await (const chunk of bytes) {
    await onDisk(() => writeAt(file, position, chunk));
    position += chunk.length;
  }
  return path;
}

async function writeAt(file: Deno.FsFile, position: number, bytes: Uint8Array): Promise<void> {
  await file.seek(position, Deno.SeekMode.Start);
  await writeAll(file, bytes);
}
