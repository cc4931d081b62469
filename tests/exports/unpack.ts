/** Archives of models, unpacked. */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";

/** Reads the files of an archive by their names. */
export async function readArchive(archive: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await new ZipReader(new Uint8ArrayReader(archive)).getEntries()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  }
  return files;
}

/** Writes the files of an archive into a new folder beside it, named without '.zip'; returns its path. */
export async function unpack(archive: string): Promise<string> {
  const folder = archive.replace(/\.zip$/, "");
  await Deno.mkdir(folder);
  for (const [name, content] of await readArchive(await Deno.readFile(archive))) {
    await Deno.writeFile(`${folder}/${name}`, content);
  }
  return folder;
}
