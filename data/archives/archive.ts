/**
 * The files of a source: a folder, a zip, a tar or a single file, with bounds on their number and size. Paths that lead
 * out of the source and links are left out.
 */
import { count as grouped } from "../../lib/format.ts";
import { ImportError, type ImportProblem } from "../imported/error.ts";

/** The largest number of files of a source. */
export const MAX_FILES = 1_000_000;

/** The largest number of names in a path. */
const MAX_DEPTH = 64;

/** The largest number of bytes of all files of a source, unpacked. */
const MAX_UNPACKED_BYTES = 200e9;

/** The largest number of unpacked bytes for each byte of an archive, and the number of bytes that are free. */
const MAX_RATIO = 200;
const FREE_BYTES = 64e6;

/** Returns the largest number of bytes of an archive's files together, unpacked. */
export function unpackedLimit(packedBytes: number): number {
  return Math.min(MAX_UNPACKED_BYTES, FREE_BYTES + MAX_RATIO * packedBytes);
}

/** A file of a source. */
export interface ArchiveFile {
  /** Its path, with '/' between folders. */
  readonly path: string;
  /** Its size in bytes; undefined where a packed file does not state it. */
  readonly bytes: number | undefined;
}

/** A file that can be read, until the next one is. */
export interface OpenedFile {
  readonly file: ArchiveFile;
  /** Its path on this machine; undefined for one that is packed. */
  readonly place?: string | undefined;
  /** @throws {RangeError} whose message completes 'Cannot use FILE: it …' if it is damaged or longer than `limit` */
  bytes(limit: number): Promise<Uint8Array>;
  /** Its bytes; a damaged file ends in a RangeError. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** An open source. */
export interface Archive {
  /** The files that can be read, in the order in which they are. */
  readonly files: readonly ArchiveFile[];
  /** The files that cannot, with the reasons. */
  readonly leftOut: readonly ImportProblem[];
  /** Reads some of the files in their order. Consumers read each file before they ask for the next one. */
  read(wanted: ReadonlySet<ArchiveFile>): AsyncGenerator<OpenedFile, void>;
  close(): void;
}

/** Collects the files of a source, and holds them to the bounds. */
export class FileList {
  readonly #files: ArchiveFile[] = [];
  readonly #leftOut: ImportProblem[] = [];
  #count = 0;
  #bytes = 0;

  /** @param packedBytes the size of the archive; undefined for a folder, in which nothing is packed */
  constructor(private readonly source: string, private readonly packedBytes?: number) {}

  /**
   * Takes a file, unless its path is unsafe. Hidden files, which systems leave in archives, are ignored.
   *
   * @param kind links are left out
   * @returns the file if it was taken
   * @throws {ImportError} if the source is too large
   */
  add(
    path: string,
    bytes: number | undefined,
    kind: "file" | "link" = "file",
  ): ArchiveFile | undefined {
    checkFileCount(this.source, ++this.#count);
    const parts = path.split("/");
    if (parts.some(isHidden)) return undefined;
    const problem = pathProblem(path, parts) ??
      (kind === "link" ? "it must be a file, got a link." : undefined);
    if (problem !== undefined) {
      this.#leftOut.push({ file: shorten(path), message: `Cannot use it: ${problem}` });
      return undefined;
    }
    this.#bytes += bytes ?? 0;
    const most = this.packedBytes === undefined
      ? MAX_UNPACKED_BYTES
      : unpackedLimit(this.packedBytes);
    if (this.#bytes > most) {
      throw new ImportError(
        `Cannot import ${this.source}: it must hold at most ${
          grouped(most)
        } bytes once unpacked, ` +
          "got more.",
      );
    }
    const file = { path, bytes };
    this.#files.push(file);
    return file;
  }

  get files(): readonly ArchiveFile[] {
    return this.#files;
  }

  get leftOut(): readonly ImportProblem[] {
    return this.#leftOut;
  }
}

/**
 * Checks the number of files of a source.
 *
 * @throws {ImportError} if there are more than may be
 */
export function checkFileCount(source: string, count: number): void {
  if (count <= MAX_FILES) return;
  throw new ImportError(
    `Cannot import ${source}: it must hold at most ${grouped(MAX_FILES)} files, got more.`,
  );
}

/** Returns true for the names of files and folders that no user has put there. */
function isHidden(name: string): boolean {
  return name.startsWith(".") && name !== "." && name !== ".." || name === "__MACOSX" ||
    /^(thumbs\.db|desktop\.ini)$/i.test(name);
}

function pathProblem(path: string, parts: readonly string[]): string | undefined {
  if (parts.length > MAX_DEPTH) {
    return `its path must lead through fewer than ${MAX_DEPTH} folders, got ${parts.length - 1}.`;
  }
  const isOutside = parts.some((part) => part === ".." || part === ".") ||
    path.startsWith("/") || path.includes("\\") || /^[a-z]:/i.test(path);
  if (isOutside) return "its path must lie in the archive, got one that leads out of it.";
  // deno-lint-ignore no-control-regex
  if (/[\0-\x1f]/.test(path)) return "its path must have no control characters.";
  return undefined;
}

function shorten(path: string): string {
  const printable = path.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return printable.length > 200 ? `${printable.slice(0, 200)}…` : printable;
}

/** Reads a stream to its end. */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) throw tooLong(limit);
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Makes the error of a file that is too long. */
export function tooLong(limit: number): RangeError {
  return new RangeError(`must hold at most ${grouped(limit)} bytes, got more.`);
}
