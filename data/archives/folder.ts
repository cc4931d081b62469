/** A folder as a source, or a single file. Links are not followed. */
import { basename, join } from "node:path";
import { unpackedFile } from "./gzip.ts";
import { type Archive, checkFileCount, FileList, readAll } from "./archive.ts";

/** Opens a folder, with all files below it in the order of their paths. */
export function openFolder(path: string, name: string): Archive {
  const list = new FileList(name);
  checkFolder(path, name);
  addFolder(list, path);
  return {
    files: list.files,
    leftOut: list.leftOut,
    async *read(wanted) {
      for (const file of list.files) {
        if (!wanted.has(file)) continue;
        const place = join(path, file.path);
        const stream = () => openStream(place);
        yield { file, place, stream, bytes: (limit) => readAll(stream(), limit) };
      }
    },
    close() {},
  };
}

/**
 * Opens a single file, which may be packed by gzip.
 *
 * @param name the name under which the user knows it
 */
export async function openFile(path: string, name: string, isGzip: boolean): Promise<Archive> {
  const { size } = await Deno.stat(path);
  const list = new FileList(name, isGzip ? size : undefined);
  const plain = basename(name);
  list.add(isGzip ? plain.replace(/\.gz$/i, "") : plain, isGzip ? undefined : size);
  return {
    files: list.files,
    leftOut: list.leftOut,
    async *read(wanted) {
      for (const file of list.files) {
        if (!wanted.has(file)) continue;
        const stream = () => isGzip ? unpackedFile(openStream(path), size) : openStream(path);
        const place = isGzip ? undefined : path;
        yield { file, place, stream, bytes: (limit) => readAll(stream(), limit) };
      }
    },
    close() {},
  };
}

/** Checks the number of files and folders below a folder, before their names are held in memory. */
function checkFolder(root: string, source: string): void {
  let count = 0;
  const walk = (folder: string) => {
    const below: string[] = [];
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      checkFileCount(source, ++count);
      if (isDirectory) below.push(name);
    }
    for (const name of below) walk(join(folder, name));
  };
  walk(root);
}

/** Adds all files below a folder. The calls are synchronous, which takes a fraction of the time for many files. */
function addFolder(list: FileList, root: string, prefix = ""): void {
  const entries = Array.from(Deno.readDirSync(join(root, prefix)));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory, isFile, isSymlink } of entries) {
    const path = prefix + name;
    if (isDirectory) addFolder(list, root, `${path}/`);
    else if (isFile) list.add(path, Deno.statSync(join(root, path)).size);
    else if (isSymlink) list.add(path, 0, "link");
  }
}

/** Opens a file when its stream is first read. */
function openStream(path: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  return new ReadableStream({
    async pull(controller) {
      reader ??= (await Deno.open(path)).readable.getReader();
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader?.cancel(reason),
  }, { highWaterMark: 0 });
}
