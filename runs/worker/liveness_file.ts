/**
 * A sign of life on this machine's disk, for whatever looks after processes there (cli/check_worker.ts). It says
 * that the worker's process does its work, not that its database can be reached: a worker goes on training
 * without it, and must not be killed for that.
 */
import { dirname, join } from "node:path";
import { delay } from "../../lib/delay.ts";
import { LIVENESS_INTERVAL_MS } from "../timeouts.ts";

/** Gives signs of life until the signal aborts. A disk that cannot be written gets none. */
export async function touchLivenessFile(
  home: string,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const file = heartbeatFile(home, host);
  while (!signal.aborted) {
    await beat(file).catch(() => {});
    await delay(LIVENESS_INTERVAL_MS, signal);
  }
  await Deno.remove(file).catch(() => {});
}

/** Returns the time at which a worker of this machine last touched its file; undefined if none runs. */
export async function readLiveness(home: string, host: string): Promise<Date | undefined> {
  try {
    return (await Deno.stat(heartbeatFile(home, host))).mtime ?? undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function beat(file: string): Promise<void> {
  const now = new Date();
  try {
    // Takes no room: a full disk is no reason to be taken for dead.
    await Deno.utime(file, now, now);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, "");
  }
}

/** A folder may be shared by machines. */
function heartbeatFile(home: string, host: string): string {
  return join(home, `heartbeat-${host}`);
}
