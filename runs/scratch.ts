/** Scratch folders of workers: one per claim of a run, and the removal of stale ones. */
import { join } from "node:path";
import { isOlderThan } from "../lib/age.ts";
import { LEFTOVER_AGE_MS } from "./timeouts.ts";
import { ignoreNotFound } from "../lib/not_found.ts";

/** Returns the folder of one claim, which no other claim shares. */
export function claimFolder(scratch: string, runId: string, fence: number): string {
  return join(scratch, `${runId}-${fence}`);
}

/** Removes the folders of earlier claims of a run, and folders that were unused for a day. */
export async function removeStaleAttempts(scratch: string, runId: string): Promise<void> {
  for (const name of await namesIn(scratch)) {
    const path = join(scratch, name);
    const info = await Deno.stat(path).catch(ignoreNotFound);
    const isStale = name.startsWith(`${runId}-`) ||
      (info?.mtime && isOlderThan(info.mtime, LEFTOVER_AGE_MS));
    if (isStale) await Deno.remove(path, { recursive: true }).catch(ignoreNotFound);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    ignoreNotFound(error);
    return [];
  }
}
