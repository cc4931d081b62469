/**
 * A tar file as a source, plain or packed by gzip. It is streamed: once for the names of its files, once for each
 * reading.
 */
import { createTarDecoder } from "modern-tar";
import { errorMessage } from "../../lib/error_message.ts";
import { ImportError } from "../imported/error.ts";
import { type Archive, type ArchiveFile, FileList, readAll } from "./archive.ts";
import { unpackedFile } from "./gzip.ts";

/**
 * Opens a tar file.
 *
 * @throws {ImportError} if it is damaged or too large
 */
export async function openTar(path: string, name: string, isGzip: boolean): Promise<Archive> {
  const { size } = await Deno.stat(path);
  const list = new FileList(name, isGzip ? size : undefined);
  const byPlace = new Map<number, ArchiveFile>();
  const fail = (error: unknown): never => {
    throw new ImportError(
      `Cannot import ${name}: it must be a whole tar file, got a damaged one (${
        errorMessage(error)
      }).`,
      { cause: error },
    );
  };
  const entries = async function* () {
    const { readable } = await Deno.open(path);
    const plain = isGzip ? unpackedFile(readable, size) : readable;
    try {
      yield* plain.pipeThrough(createTarDecoder({ strict: true }));
    } catch (error) {
      fail(error);
    }
  };
  let place = 0;
  for await (const { header: { name: path, type = "file", size }, body } of entries()) {
    await body.cancel().catch(fail);
    const isFile = type === "file";
    if (isFile || type === "symlink" || type === "link") {
      const kept = list.add(path.replace(/^(\.\/)+/, ""), size, isFile ? "file" : "link");
      if (kept) byPlace.set(place, kept);
    }
    place++;
  }
  return {
    files: list.files,
    leftOut: list.leftOut,
    async *read(wanted) {
      let place = 0;
      let left = wanted.size;
      for await (const { body } of entries()) {
        const file = byPlace.get(place++);
        if (!file || !wanted.has(file)) {
          await body.cancel().catch(fail);
          continue;
        }
        const stream = () => body as ReadableStream<Uint8Array<ArrayBuffer>>;
        yield { file, stream, bytes: (limit) => readAll(body, limit) };
        if (!body.locked) await body.cancel().catch(fail);
        if (--left === 0) return;
      }
    },
    close() {},
  };
}
