/**
 * Removes npm packages from node_modules. There, Deno keeps each package in a folder of .deno, such as
 * `react@19.3.1`, beside links to the packages that it depends on.
 */
import { dirname, join, relative, sep } from "node:path";
import { ignoreNotFound } from "../../../lib/not_found.ts";
import { entriesOf } from "../../../native/files.ts";

/**
 * Removes these packages and what nothing else depends on.
 *
 * @param names such as `react`; one that is not there is ignored
 * @param bin folder on the same disk, into which packages are moved first: none is ever half there
 */
export async function removePackages(
  modules: string,
  names: readonly string[],
  bin: string,
): Promise<void> {
  const store = join(modules, ".deno");
  for (const name of names) await removeLink(join(modules, name), modules);
  const needed = await neededBy(await linksOf(modules), store);
  await Deno.mkdir(bin, { recursive: true });
  for (const { name, isDirectory } of await entriesOf(store)) {
    if (isDirectory && name !== "node_modules" && !needed.has(name)) {
      await Deno.rename(join(store, name), join(bin, name));
    }
  }
  for (const folder of [modules, join(store, "node_modules")]) await removeDeadLinks(folder);
  // What Deno remembers of links that it made.
  await Deno.remove(join(store, ".setup-cache.bin")).catch(ignoreNotFound);
  await Deno.remove(bin, { recursive: true });
}

/** Folders of the packages that links lead to, and of all that these depend on. */
async function neededBy(links: readonly string[], store: string): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  const waiting = [...links];
  for (let link = waiting.pop(); link !== undefined; link = waiting.pop()) {
    const folder = await folderOf(link, store);
    if (folder === undefined || needed.has(folder)) continue;
    needed.add(folder);
    waiting.push(...await linksOf(join(store, folder, "node_modules")));
  }
  return needed;
}

/** Folder of the package that a link leads to; undefined if it leads nowhere. */
async function folderOf(link: string, store: string): Promise<string | undefined> {
  const path = await Deno.realPath(link).catch(ignoreNotFound);
  return path && relative(await Deno.realPath(store), path).split(sep)[0];
}

/** Links in a folder of packages, those of scopes (`@scope/name`) too. */
async function linksOf(folder: string): Promise<readonly string[]> {
  const links: string[] = [];
  for (const { name, isSymlink, isDirectory } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (isSymlink) links.push(path);
    else if (isDirectory && name.startsWith("@")) links.push(...await linksOf(path));
  }
  return links;
}

/** Removes links that lead nowhere. */
async function removeDeadLinks(folder: string): Promise<void> {
  for (const link of await linksOf(folder)) {
    if (!await Deno.stat(link).catch(ignoreNotFound)) await removeLink(link, folder);
  }
}

/** Removes a link, if it is there, and its scope if that is empty then. */
async function removeLink(link: string, folder: string): Promise<void> {
  await Deno.remove(link).catch(ignoreNotFound);
  const scope = dirname(link);
  if (scope === folder || (await entriesOf(scope)).length > 0) return;
  await Deno.remove(scope).catch(ignoreNotFound);
}
