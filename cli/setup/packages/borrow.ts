/** Packages that only set-up reads: they are installed for it, and removed when it is done. */
import { join } from "node:path";
import { ignoreNotFound } from "../../../lib/not_found.ts";
import { locked } from "../../../native/files.ts";
import type { Report } from "../../../native/report.ts";
import { type PackageGroup, packagesOf } from "./groups.ts";
import { type Checkout, installPackages, thisCheckout } from "./install.ts";
import { removePackages } from "./remove.ts";
import { installedGroups, readWanted, stampFolder, writeStamp } from "./stamp.ts";

/**
 * Does work that may need groups of packages, then removes these groups, even if an earlier set-up left them there.
 * They stay if the work fails, for the next try, where packages for development are installed, and where node_modules
 * is read-only. While another set-up may need them, they are left to it.
 *
 * @param work may ask for a group, which is installed if it is missing
 * @throws {NativeError} if a group cannot be installed; whatever `work` throws
 */
export async function borrowPackages<G extends PackageGroup>(
  groups: readonly G[],
  report: Report,
  work: (need: (group: G) => Promise<void>) => Promise<void>,
  checkout: Checkout = thisCheckout(),
): Promise<void> {
  using use = await openUse(checkout.root);
  await use?.lock(false);
  await work((group) => installPackages(group, report, { checkout }));
  await use?.unlock();
  if (await use?.tryLock(true)) await giveBack(groups, checkout.root);
}

/** Opens the lock that those share who use packages; undefined where nobody can remove any. */
async function openUse(root: string): Promise<Deno.FsFile | undefined> {
  const folder = stampFolder(root);
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await Deno.open(join(folder, "use"), { write: true, create: true });
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied || isReadOnly(error)) return undefined;
    throw error;
  }
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EROFS";
}

async function giveBack(groups: readonly PackageGroup[], root: string): Promise<void> {
  const modules = join(root, "node_modules");
  const wanted = await readWanted(root);
  const isThere = async (name: string) =>
    await Deno.lstat(join(modules, name)).catch(ignoreNotFound) !== undefined;
  const forDevelopment = [...packagesOf(["all"], wanted.imports).keys()].map(isThere);
  if ((await Promise.all(forDevelopment)).some(Boolean)) return;
  await locked(stampFolder(root), () => {}, async () => {
    const installed = await installedGroups(root, wanted);
    const left = installed.filter((group) => !groups.includes(group));
    if (left.length === installed.length) return;
    await writeStamp(root, { key: wanted.key, groups: left });
    const names = [...packagesOf(groups, wanted.imports).keys()];
    await removePackages(modules, names, join(stampFolder(root), "removed.part"));
  });
}
