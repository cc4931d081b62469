/**
 * The files by which a server and its own worker know of each other, in the folder of everything that is kept.
 */
import { join } from "node:path";
import { holderOf, type LockFile, tryLock } from "./lock_file.ts";

/** Who keeps this folder's worker running. */
const KEEPER_LOCK = "keeper.lock";

/** This folder's worker. */
const WORKER_LOCK = "worker.lock";

const WORKER_LOG = "worker.log";

/** Size of a worker's log at which it begins anew; the one before is kept beside it. */
const LONGEST_LOG = 1_000_000;

/** A look at a lock takes it for a moment, so that one that is free may seem taken. */
const LOOKS = 20;
const LOOK_MS = 50;

/** The lock of this folder's worker, holding this process's id; undefined if there is a worker already. */
export function takeWorkerLock(home: string): Promise<LockFile | undefined> {
  return takeLock(join(home, WORKER_LOCK));
}

/** The process id of this folder's worker, if there is one. */
export async function workerPid(home: string): Promise<number | undefined> {
  const holder = await holderOf(join(home, WORKER_LOCK));
  const pid = Number(holder);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Says that this process keeps the folder's worker; undefined if another does. */
export function takeKeeperLock(home: string): Promise<LockFile | undefined> {
  return takeLock(join(home, KEEPER_LOCK));
}

async function takeLock(path: string): Promise<LockFile | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    const lock = await tryLock(path, String(Deno.pid));
    if (lock) return lock;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}

/** Whether there is a process that keeps the folder's worker. */
export async function hasKeeper(home: string): Promise<boolean> {
  return await holderOf(join(home, KEEPER_LOCK)) !== undefined;
}

/** The log of this folder's worker. */
export function workerLogFile(home: string): string {
  return join(home, WORKER_LOG);
}

/** Lets a log that has become long begin anew. Its writer, who appends, need not know. */
export async function boundLog(path: string): Promise<void> {
  try {
    if ((await Deno.stat(path)).size < LONGEST_LOG) return;
    await Deno.copyFile(path, `${path}.1`);
    await Deno.truncate(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What was written to a log after a position, but its last lines only. */
export async function lastLines(path: string, from: number, count: number): Promise<string> {
  const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
  const text = new TextDecoder().decode(bytes.subarray(from <= bytes.length ? from : 0));
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
