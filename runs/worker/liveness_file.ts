/**
 * Liveness file of a worker, for probes on its machine (cli/check_worker.ts). It shows that the process is responsive,
 * not that its database is reachable: a worker continues to train without a database and must not be killed for that.
 */
import { dirname, join } from "node:path";
import { delay } from "../../lib/delay.ts";
import { LIVENESS_INTERVAL_MS } from "../timeouts.ts";

/** Touches the file until the signal aborts. Errors of the disk are ignored. */
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
    // Touching needs no space: a worker on a full disk is alive.
    await Deno.utime(file, now, now);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, "");
  }
}

/** Returns the path of a host's file: machines may share a folder. */
function heartbeatFile(home: string, host: string): string {
  return join(home, `heartbeat-${host}`);
}
