/** Reads wheels, zip files of hundreds of megabytes, by streaming, and wheels that uv has unpacked. */
import { createHash } from "node:crypto";
import { dirname, relative, sep } from "node:path";
import { configure, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";
import { messageOf, NativeError } from "./errors.ts";
import { filesUnder } from "./files.ts";

/** A file in a wheel. */
export interface WheelEntry {
  readonly bytes: number;
  /** Copies the content and closes the sink. */
  copyTo(sink: WritableStream<Uint8Array>): Promise<void>;
}

/** A wheel, open for reading. */
export interface Wheel {
  /** Its files, by their path in the wheel: 'tensorflow/libtensorflow_cc.so.2'. */
  readonly entries: ReadonlyMap<string, WheelEntry>;
  close(): Promise<void>;
}

// Deno inflates natively in this thread: workers would only add copies.
configure({ useWebWorkers: false });

/** A file on disk, for the zip library, whose extension point is a class. */
class DiskReader extends Reader<Deno.FsFile> {
  constructor(private readonly file: Deno.FsFile, override readonly size: number) {
    super(file);
  }
  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    await this.file.seek(index, Deno.SeekMode.Start);
    const buffer = new Uint8Array(Math.min(length, this.size - index));
    let filled = 0;
    while (filled < buffer.length) {
      const count = await this.file.read(buffer.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  }
}

/**
 * Opens a wheel on disk.
 *
 * @throws {NativeError} if it does not exist or is not a zip file
 */
export async function openWheelFile(path: string): Promise<Wheel> {
  const file = await openFile(path);
  try {
    const reader = new ZipReader(new DiskReader(file, (await file.stat()).size));
    const entries = (await reader.getEntries()).filter((entry): entry is FileEntry =>
      !entry.directory
    );
    return {
      entries: new Map(entries.map((entry) => [entry.filename, {
        bytes: entry.uncompressedSize,
        copyTo: async (sink) => {
          await entry.getData(sink, { checkSignature: true });
        },
      }])),
      close: () => Promise.resolve(file.close()),
    };
  } catch (error) {
    file.close();
    throw new NativeError(
      "wrong-wheel",
      `Cannot read ${path}: it must be a wheel, which is a zip file, got '${messageOf(error)}'.`,
      { cause: error },
    );
  }
}

/** Opens the folder of an unpacked wheel. */
export async function openUnpackedWheel(folder: string): Promise<Wheel> {
  const entries = new Map<string, WheelEntry>();
  for await (const { path, bytes } of filesUnder(folder)) {
    entries.set(relative(folder, path).replaceAll(sep, "/"), {
      bytes,
      copyTo: async (sink) => await (await Deno.open(path)).readable.pipeTo(sink),
    });
  }
  return { entries, close: () => Promise.resolve() };
}

/**
 * Writes a file of a wheel to disk.
 *
 * @param onBytes receives the number of bytes written so far
 * @returns the sha256 of the content
 */
export async function extract(
  entry: WheelEntry,
  path: string,
  onBytes: (count: number) => void = () => {},
): Promise<string> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const hash = createHash("sha256");
  using file = await Deno.open(path, { write: true, createNew: true });
  await entry.copyTo(
    new WritableStream({
      async write(chunk) {
        hash.update(chunk);
        for (let written = 0; written < chunk.length;) {
          written += await file.write(chunk.subarray(written));
        }
        onBytes(chunk.length);
      },
    }),
  );
  return hash.digest("hex");
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    throw new NativeError(
      "wrong-wheel",
      `Cannot read ${path}: it must be a wheel that this user may read, got '${messageOf(error)}'.`,
      { cause: error },
    );
  }
}
