/** The record of what is installed in node_modules, so that a start with everything in place reads two files. */
import { join } from "node:path";
import { replace } from "../../../native/files.ts";
import type { PackageGroup } from "./groups.ts";

/** Record of what is installed. */
export interface Stamp {
  /** Of deno.json's imports and deno.lock. */
  readonly key: string;
  readonly groups: readonly PackageGroup[];
}

/** The packages that a checkout asks for. */
export interface Wanted {
  readonly key: string;
  /** Specifiers of deno.json, by name. */
  readonly imports: Readonly<Record<string, string>>;
}

/** Reads what the checkout at `root` asks for. */
export async function readWanted(root: string): Promise<Wanted> {
  const [config, lock] = await Promise.all([
    Deno.readTextFile(join(root, "deno.json")),
    Deno.readTextFile(join(root, "deno.lock")),
  ]);
  const { imports }: Pick<Wanted, "imports"> = JSON.parse(config);
  const bytes = new TextEncoder().encode(JSON.stringify(imports) + lock);
  const key = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return { key, imports };
}

/** Returns the groups that are installed as the checkout asks for them. */
export async function installedGroups(
  root: string,
  { key }: Wanted,
): Promise<readonly PackageGroup[]> {
  const stamp = await readStamp(root);
  return stamp?.key === key ? stamp.groups : [];
}

/** Records that these groups are installed, and no others. */
export async function writeStamp(root: string, stamp: Stamp): Promise<void> {
  await replace(stampFile(root), (part) => Deno.writeTextFile(part, `${JSON.stringify(stamp)}\n`));
}

/**
 * Folder of the stamp, beside the kernels: what belongs to the packages goes with them when node_modules is deleted.
 */
export function stampFolder(root: string): string {
  return join(root, "node_modules", ".epochql");
}

async function readStamp(root: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(stampFile(root))) as Stamp;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function stampFile(root: string): string {
  return join(stampFolder(root), "packages.json");
}
