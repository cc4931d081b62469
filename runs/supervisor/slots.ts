/**
 * Lock and log files of a server's own workers, in EPOCHQL_HOME. Each worker has a slot: 1, 2, 3 … A worker that holds
 * its slot's lock is alive.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { absoluteLocation } from "../checkpoints/location.ts";
import { delay } from "../../lib/delay.ts";
import { type LockFile, readLockHolder, readLockText, tryLock } from "../../lib/lock_file.ts";
import { checkpointsFolder } from "../paths.ts";
import { SLOT_RETRY_MS } from "../timeouts.ts";

/** Lock of the process that supervises this folder's workers. */
const SUPERVISOR_LOCK = "keeper.lock";

/** Settings that a worker is started with. */
export interface WorkerSettings {
  /** The folder of all data on this machine. */
  readonly home: string;
  /** CPU threads of its trainings. */
  readonly threads: number;
  /** The database of the runs. Default: a file in the folder. */
  readonly databaseUrl?: string | undefined;
  /** The location of checkpoints. Default: in the folder. */
  readonly checkpoints?: string;
}

/** The worker in a slot. */
export interface SlotHolder {
  readonly pid: number;
  /** Fingerprint of the settings that it was started with. */
  readonly mark: string;
}

/** Size of a worker's log, in bytes, at which it is rotated. */
const MAX_LOG_BYTES = 1_000_000;

/** Attempts to take a lock: a reader holds it briefly, so that a free lock may appear taken. */
const MAX_ATTEMPTS = 20;

/** Hashes settings, since a URL may contain a password. */
export function fingerprint(settings: WorkerSettings): string {
  const { home, threads, databaseUrl = "", checkpoints = checkpointsFolder(home) } = settings;
  const text = JSON.stringify([threads, databaseUrl, absoluteLocation(checkpoints)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/**
 * Takes a slot for this process.
 *
 * @returns undefined if another worker has it
 */
export function takeSlot(
  home: string,
  slot: number,
  settings: WorkerSettings,
): Promise<LockFile | undefined> {
  return takeLock(slotFile(home, slot), `${Deno.pid} ${fingerprint(settings)}`);
}

/** Returns the live worker in a slot. */
export async function slotHolder(home: string, slot: number): Promise<SlotHolder | undefined> {
  const [pid, mark] = (await readLockHolder(slotFile(home, slot)))?.split(" ") ?? [];
  // A worker that has just taken the lock has not written to the file yet.
  return pid && mark ? { pid: Number(pid), mark } : undefined;
}

/** Word of a worker that ended in order in the file of its slot. */
const STOPPED = "stopped";

/** Leaves a slot in order: its supervisor learns that it has not died. */
export function leaveSlot(lock: LockFile): void {
  lock.release(STOPPED);
}

/** Returns whether the last worker in a slot has left it in order. */
export async function hasLeft(home: string, slot: number): Promise<boolean> {
  return await readLockText(slotFile(home, slot)) === STOPPED;
}

/** Lists the slots that are or were in use, in order. */
export async function slots(home: string): Promise<readonly number[]> {
  const names = await Array.fromAsync(Deno.readDir(home), ({ name }) => name);
  return names.map((name) => Number(/^worker-(\d+)\.lock$/.exec(name)?.[1] ?? 0))
    .filter((slot) => slot > 0)
    .sort((a, b) => a - b);
}

function slotFile(home: string, slot: number): string {
  return join(home, `worker-${slot}.lock`);
}

/** Makes this process the supervisor of the folder's workers; undefined if another process is. */
export function takeSupervisorLock(home: string): Promise<LockFile | undefined> {
  return takeLock(join(home, SUPERVISOR_LOCK), String(Deno.pid));
}

async function takeLock(path: string, content: string): Promise<LockFile | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const lock = await tryLock(path, content);
    if (lock) return lock;
    await delay(SLOT_RETRY_MS);
  }
  return undefined;
}

/** Returns whether a process supervises the folder's workers. */
export async function hasSupervisor(home: string): Promise<boolean> {
  return await readLockHolder(join(home, SUPERVISOR_LOCK)) !== undefined;
}

/** Returns the path of the log of the worker in a slot. */
export function workerLogFile(home: string, slot: number): string {
  return join(home, `worker-${slot}.log`);
}

/** Rotates a long log: it is copied and truncated, as its writer only appends. */
export async function boundLog(path: string): Promise<void> {
  try {
    if ((await Deno.stat(path)).size < MAX_LOG_BYTES) return;
    await Deno.copyFile(path, `${path}.1`);
    await Deno.truncate(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Reads the last lines of a log after a position. */
export async function lastLines(path: string, from: number, count: number): Promise<string> {
  const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
  const text = new TextDecoder().decode(bytes.subarray(from <= bytes.length ? from : 0));
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
