/**
 * Stamp of a verified set-up, in the npm package's folder: its key and the files that it depends on. It is current
 * while their sizes and modification times are unchanged; nothing is read or hashed.
 */
import { join, relative } from "node:path";
import { replace } from "./files.ts";
import type { Build } from "./platform.ts";

/** Record of a verified set-up. */
export interface SetupStamp {
  /** Key of the set-up; a different key requires a new set-up. */
  readonly key: string;
  readonly build: Build;
  /** Version that the library reports. */
  readonly version: string;
  /** True if it found a GPU when it was verified. */
  readonly gpu: boolean;
  readonly files: readonly StampedFile[];
}

/** A file at the time of the stamp. */
export interface StampedFile {
  /** Relative to the package's folder: a checkout may be moved or copied. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Tolerance of modification times: layers of container images store whole seconds, truncated or rounded. */
const MTIME_TOLERANCE_MS = 1_000;

/** Reads the stamp of a package's folder, current or not. */
export async function readStamp(folder: string): Promise<SetupStamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(stampFile(folder))) as SetupStamp;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns true if no file has changed. */
export async function isCurrent(folder: string, { files }: SetupStamp): Promise<boolean> {
  const same = files.map(async ({ path, bytes, modified }) => {
    const now = await look(folder, path).catch(() => undefined);
    return now?.bytes === bytes && Math.abs(now.modified - modified) <= MTIME_TOLERANCE_MS;
  });
  return (await Promise.all(same)).every(Boolean);
}

/** Writes and returns a stamp of the files as they are now. */
export async function writeStamp(
  folder: string,
  stamp: Omit<SetupStamp, "files">,
  files: readonly string[],
): Promise<SetupStamp> {
  const stamped: SetupStamp = {
    ...stamp,
    files: await Promise.all(files.map((file) => look(folder, relative(folder, file)))),
  };
  const text = JSON.stringify(stamped, null, 2) + "\n";
  await replace(stampFile(folder), (part) => Deno.writeTextFile(part, text));
  return stamped;
}

/** Removes the stamp, if there is one, before its files change. */
export async function removeStamp(folder: string): Promise<void> {
  try {
    await Deno.remove(stampFile(folder));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function stampFile(folder: string): string {
  return join(folder, "deps", "epochql.json");
}

async function look(folder: string, path: string): Promise<StampedFile> {
  const { size, mtime } = await Deno.stat(join(folder, path));
  return { path, bytes: size, modified: mtime?.getTime() ?? 0 };
}
