/**
 * The files by which a server and its own workers know of each other, in the folder of everything that is kept.
 * Each of its workers has a slot: 1, 2, 3 … One that holds its slot's lock is alive.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { absoluteLocation } from "../checkpoints/location.ts";
import { type LockFile, readLockHolder, tryLock } from "../../lib/lock_file.ts";
import { checkpointsFolder } from "../paths.ts";
import { SLOT_RETRY_MS } from "../timeouts.ts";

/** Who keeps this folder's workers running. */
const KEEPER_LOCK = "keeper.lock";

/** What a worker is started for. */
export interface WorkerSettings {
  /** The folder of everything that is kept on this machine. */
  readonly home: string;
  /** CPU threads to train with. */
  readonly threads: number;
  /** The database that keeps the runs, if that is not a file in the folder. */
  readonly databaseUrl?: string;
  /** Where checkpoints are kept, if that is not in the folder. */
  readonly checkpoints?: string;
}

/** A worker of this folder. */
export interface SlotHolder {
  readonly pid: number;
  /** A mark of the terms that it was started on. */
  readonly mark: string;
}

/** Size of a worker's log at which it begins anew; the one before is kept beside it. */
const LONGEST_LOG = 1_000_000;

/** A look at a lock takes it for a moment, so that one that is free may seem taken. */
const LOOKS = 20;

/** A short mark that other terms do not have. It gives nothing away: a URL may hold a password. */
export function fingerprint(terms: WorkerSettings): string {
  const { home, threads, databaseUrl = "", checkpoints = checkpointsFolder(home) } = terms;
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
  terms: WorkerSettings,
): Promise<LockFile | undefined> {
  return takeLock(slotFile(home, slot), `${Deno.pid} ${fingerprint(terms)}`);
}

/** The worker in a slot, if there is one. */
export async function slotHolder(home: string, slot: number): Promise<SlotHolder | undefined> {
  const [pid, mark] = (await readLockHolder(slotFile(home, slot)))?.split(" ") ?? [];
  // A worker that has only just taken its lock has written nothing yet.
  return pid && mark ? { pid: Number(pid), mark } : undefined;
}

/** Every slot that a worker has or had. */
export async function slots(home: string): Promise<readonly number[]> {
  const names = await Array.fromAsync(Deno.readDir(home), ({ name }) => name);
  return names.map((name) => Number(/^worker-(\d+)\.lock$/.exec(name)?.[1] ?? 0))
    .filter((slot) => slot > 0)
    .sort((a, b) => a - b);
}

function slotFile(home: string, slot: number): string {
  return join(home, `worker-${slot}.lock`);
}

/** Says that this process keeps the folder's workers; undefined if another does. */
export function takeSupervisorLock(home: string): Promise<LockFile | undefined> {
  return takeLock(join(home, KEEPER_LOCK), String(Deno.pid));
}

async function takeLock(path: string, content: string): Promise<LockFile | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    const lock = await tryLock(path, content);
    if (lock) return lock;
    await new Promise((resolve) => setTimeout(resolve, SLOT_RETRY_MS));
  }
  return undefined;
}

/** Whether there is a process that keeps the folder's workers. */
export async function hasSupervisor(home: string): Promise<boolean> {
  return await readLockHolder(join(home, KEEPER_LOCK)) !== undefined;
}

/** The log of the worker in a slot. */
export function workerLogFile(home: string, slot: number): string {
  return join(home, `worker-${slot}.log`);
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
