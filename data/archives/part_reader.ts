/** Reads parts of a file, small ones through a window over it: the files of an archive lie one behind the other. */

/** The size of the window: parts that would fill it are read past it. */
export const WINDOW_BYTES = 256 * 1024;

/** Reads parts of a file, one after the other. */
export class PartReader {
  #window = new Uint8Array();
  #windowAt = 0;

  constructor(private readonly file: Deno.FsFile) {}

  /**
   * Reads a part.
   *
   * @throws {RangeError} if the file ends before it
   */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (length >= WINDOW_BYTES) {
      const bytes = new Uint8Array(length);
      this.file.seekSync(offset, Deno.SeekMode.Start);
      for (let filled = 0; filled < length;) {
        filled += ended(await this.file.read(bytes.subarray(filled)));
      }
      return bytes;
    }
    if (offset < this.#windowAt || offset + length > this.#windowAt + this.#window.length) {
      this.#move(offset);
    }
    const at = offset - this.#windowAt;
    if (at + length > this.#window.length) ended(null);
    return this.#window.slice(at, at + length);
  }

  #move(offset: number): void {
    const bytes = new Uint8Array(WINDOW_BYTES);
    this.file.seekSync(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < bytes.length) {
      const read = this.file.readSync(bytes.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    this.#window = bytes.subarray(0, filled);
    this.#windowAt = offset;
  }
}

function ended(read: number | null): number {
  if (read === null) throw new RangeError("must lie in the archive, which ends before.");
  return read;
}
