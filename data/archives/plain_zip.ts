/**
 * The list of files of a plain zip, read in a tenth of the time that a general reader takes, which counts where there
 * are a hundred thousand. Anything unusual is left to that reader, as are the words for what is damaged.
 *
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { checkFileCount } from "./archive.ts";
import type { PartReader } from "./part_reader.ts";

/** The largest list of an archive, which is held in memory: more than as many files need as there may be. */
export const MAX_LIST_BYTES = 256e6;

/** The place of a packed file. */
export interface ZipPlace {
  readonly path: string;
  readonly kind: "file" | "link";
  /** The offset of its local header. */
  readonly offset: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** The method of compression; -1 for an encrypted file. */
  readonly method: number;
  /** The checksum; undefined where the archive has none. */
  readonly crc: number | undefined;
}

const [RECORD, END, END_64, LOCATOR_64] = [0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [RECORD_BYTES, END_BYTES, END_64_BYTES, LOCATOR_64_BYTES] = [46, 22, 56, 20];
const [IS_ENCRYPTED, IS_UTF8] = [0x1, 0x800];
const UNICODE_PATH = 0x7075;
/** A value that stands in a field for zip64. */
const ELSEWHERE = 0xffffffff;

const FILE_TYPE = 0xf000;
const [FOLDER, LINK] = [0x4000, 0xa000];
const DOS_FOLDER = 0x10;

/**
 * Lists the files of an archive of `size` bytes, without its folders; undefined if it is not plain and whole.
 *
 * @throws {ImportError} if there are more than may be
 */
export async function listPlainZip(
  parts: PartReader,
  size: number,
  name: string,
): Promise<readonly ZipPlace[] | undefined> {
  const stated = await findList(parts, size);
  if (!stated || stated.length > MAX_LIST_BYTES) return undefined;
  checkFileCount(name, stated.count);
  const bytes = await parts.read(stated.offset, stated.length);
  const view = new DataView(bytes.buffer);
  const decoder = new TextDecoder();
  const places: ZipPlace[] = [];
  let at = 0;
  for (let left = stated.count; left > 0; left--) {
    if (at + RECORD_BYTES > bytes.length || view.getUint32(at, true) !== RECORD) return undefined;
    const pathAt = at + RECORD_BYTES;
    const extraAt = pathAt + view.getUint16(at + 28, true);
    const commentAt = extraAt + view.getUint16(at + 30, true);
    const end = commentAt + view.getUint16(at + 32, true);
    if (end > bytes.length) return undefined;
    const packedPath = bytes.subarray(pathAt, extraAt);
    const flags = view.getUint16(at + 8, true);
    const isNamed = (flags & IS_UTF8) !== 0 ||
      isAscii(packedPath) && !hasUnicodePath(view, extraAt, commentAt);
    const [packedBytes, unpackedBytes, offset] = [20, 24, 42].map((field) =>
      view.getUint32(at + field, true)
    ) as [number, number, number];
    const isHere = view.getUint16(at + 34, true) === 0 && offset < stated.offset &&
      packedBytes !== ELSEWHERE && unpackedBytes !== ELSEWHERE;
    if (!isNamed || !isHere) return undefined;
    const path = decoder.decode(packedPath);
    const kind = kindOf(path, view.getUint16(at + 4, true), view.getUint32(at + 38, true));
    const method = flags & IS_ENCRYPTED ? -1 : view.getUint16(at + 10, true);
    const crc = view.getUint32(at + 16, true);
    if (kind !== "folder") {
      places.push({ path, kind, offset, packedBytes, bytes: unpackedBytes, method, crc });
    }
    at = end;
  }
  return at === bytes.length ? places : undefined;
}

/**
 * Finds the list of an archive that begins with its files and ends with the list and no comment; undefined for others.
 */
async function findList(
  parts: PartReader,
  size: number,
): Promise<
  { readonly count: number; readonly length: number; readonly offset: number } | undefined
> {
  const endAt = size - END_BYTES;
  if (endAt < 0) return undefined;
  const end = new DataView((await parts.read(endAt, END_BYTES)).buffer);
  const isWhole = end.getUint32(0, true) === END && end.getUint32(4, true) === 0 &&
    end.getUint16(8, true) === end.getUint16(10, true) && end.getUint16(20, true) === 0;
  if (!isWhole) return undefined;
  const plain = {
    count: end.getUint16(10, true),
    length: end.getUint32(12, true),
    offset: end.getUint32(16, true),
  };
  if (plain.offset + plain.length === endAt && plain.count < 0xffff) return plain;
  const end64At = endAt - LOCATOR_64_BYTES - END_64_BYTES;
  if (end64At < 0) return undefined;
  const bytes = await parts.read(end64At, END_64_BYTES + LOCATOR_64_BYTES);
  const end64 = new DataView(bytes.buffer);
  const is64 = end64.getUint32(0, true) === END_64 &&
    end64.getUint32(END_64_BYTES, true) === LOCATOR_64;
  if (!is64) return undefined;
  const [count, length, offset] = [32, 40, 48].map((field) =>
    Number(end64.getBigUint64(field, true))
  ) as [number, number, number];
  return offset + length === end64At ? { count, length, offset } : undefined;
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) > 0x7f) return false;
  }
  return true;
}

/** Returns true if extra fields may hold another name. */
function hasUnicodePath(view: DataView, from: number, end: number): boolean {
  for (let at = from; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === UNICODE_PATH) return true;
  }
  return false;
}

function kindOf(path: string, madeBy: number, attributes: number): ZipPlace["kind"] | "folder" {
  const type = attributes >>> 16 & FILE_TYPE;
  const isFolder = path.endsWith("/") || type === FOLDER ||
    madeBy >> 8 === 0 && (attributes & DOS_FOLDER) !== 0;
  if (isFolder) return "folder";
  return type === LINK ? "link" : "file";
}
