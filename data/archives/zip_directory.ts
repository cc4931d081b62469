/** The list of files of a zip. */
import { errorMessage } from "../../lib/error_message.ts";
import { size as sizeText } from "../../lib/format.ts";
import {
  configure,
  type Entry,
  Reader,
  ZipReader,
  type ZipReaderGetEntriesOptions,
} from "@zip.js/zip.js";
import { ImportError } from "../imported/error.ts";
import { checkFileCount } from "./archive.ts";
import type { PartReader } from "./part_reader.ts";
import { listPlainZip, MAX_LIST_BYTES, type ZipPlace } from "./plain_zip.ts";

configure({ useWebWorkers: false });

/**
 * Lists the files of an archive of `size` bytes, without its folders.
 *
 * @throws {ImportError} if the list is damaged or too long
 */
export async function* listZip(
  parts: PartReader,
  size: number,
  name: string,
): AsyncGenerator<ZipPlace, void> {
  const plain = await listPlainZip(parts, size, name);
  if (plain) yield* plain;
  else yield* listAny(parts, size, name);
}

/** Lists the files of any archive, by zip.js. */
async function* listAny(
  parts: PartReader,
  size: number,
  name: string,
): AsyncGenerator<ZipPlace, void> {
  // FileList leaves out unsafe names, and says which.
  const reader = new ZipReader(new FileReader(parts, size, name), {
    filenameValidation: "tolerant",
  });
  let stated = 0;
  const options: ZipReaderGetEntriesOptions = {
    onprogress(_read, total) {
      stated = total;
      // Once is enough: zip.js copies each entry for it.
      delete options.onprogress;
    },
  };
  try {
    for await (const entry of reader.getEntriesGenerator(options)) {
      // Known at the first one: a million of them would take long.
      checkFileCount(name, stated);
      if (!entry.directory) yield placeOf(entry);
    }
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(
      `Cannot import ${name}: it must be a whole zip file, got a damaged one (${
        errorMessage(error)
      }).`,
    );
  }
}

function placeOf(entry: Entry): ZipPlace {
  return {
    path: entry.filename,
    kind: entry.symlink ? "link" : "file",
    offset: entry.offset,
    packedBytes: entry.compressedSize,
    bytes: entry.uncompressedSize,
    method: entry.encrypted ? -1 : entry.compressionMethod,
    crc: entry.signature,
  };
}

/** Gives zip.js a file's bytes where it needs them. */
class FileReader extends Reader<string> {
  constructor(private readonly parts: PartReader, size: number, private readonly source: string) {
    super("");
    this.size = size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (length > MAX_LIST_BYTES) {
      throw new ImportError(
        `Cannot import ${this.source}: its list of files must have at most ` +
          `${sizeText(MAX_LIST_BYTES)}, got ${sizeText(length)}.`,
      );
    }
    return await this.parts.read(index, Math.min(length, this.size - index));
  }
}
