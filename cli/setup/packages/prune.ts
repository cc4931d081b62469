/** Removes files of installed packages that nothing loads: much of their size. */
import { join } from "node:path";
import { entriesOf } from "../../../native/files.ts";

/** Folders of packages: bundles for pages without a bundler. */
const FOLDERS = [
  "monaco-editor/dev",
  "monaco-editor/min",
  "monaco-editor/min-maps",
  "echarts/dist",
];

/** Builds of sharp for musl, which Deno installs beside those for glibc; there is no Deno for musl. */
const FOR_MUSL = /^@img\+sharp-.*linuxmusl/;

/**
 * Removes source maps, bundles and builds for musl from a folder node_modules. Files that Deno's cache has too stay, as
 * removing them makes no room.
 */
export async function prunePackages(modules: string): Promise<void> {
  for (const folder of FOLDERS) {
    await pruneFolder(await realPath(join(modules, folder)), () => true);
  }
  const store = join(modules, ".deno");
  for (const { name } of await entriesOf(store)) {
    if (FOR_MUSL.test(name)) await pruneFolder(join(store, name), () => true);
  }
  await pruneFolder(store, (name) => name.endsWith(".map"));
}

/** Removes files by their names, in all folders below, without following links. */
async function pruneFolder(folder: string, goes: (name: string) => boolean): Promise<void> {
  for (const { name, isDirectory, isFile } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (isDirectory) await pruneFolder(path, goes);
    else if (isFile && goes(name) && (await Deno.lstat(path)).nlink === 1) await Deno.remove(path);
  }
}

async function realPath(path: string): Promise<string> {
  return await Deno.realPath(path).catch(() => path);
}
