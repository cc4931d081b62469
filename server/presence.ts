/**
 * Servers that use a home, by lock files in it: the kernel releases the lock of a server that ends, however it does.
 * Two servers of one home work, and share its worker.
 */
import { join } from "node:path";
import { delay } from "../lib/delay.ts";
import { readLockHolder, tryLock } from "../lib/lock_file.ts";
import { PRESENCE_RETRY_MS } from "./timeouts.ts";

/** A running server. */
export interface PresentServer {
  readonly pid: number;
  /** 'http://127.0.0.1:8000' */
  readonly origin: string;
}

/** Maximum number of servers of a home that find each other. */
const MAX_SERVERS = 8;

/** Attempts to take a lock: a reader holds it briefly, so that a free lock may appear taken. */
const MAX_ATTEMPTS = 5;

/** Makes this server known in its home until the process ends. */
export async function announceServer(home: string, origin: string): Promise<void> {
  const self: PresentServer = { pid: Deno.pid, origin };
  for (let number = 1; number <= MAX_SERVERS; number++) {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const path = presenceFile(home, number);
      if (await tryLock(path, JSON.stringify(self))) return;
      if (await readLockHolder(path) !== undefined) break;
      await delay(PRESENCE_RETRY_MS);
    }
  }
}

/** Lists the servers that use a home; none if there is no such folder. */
export async function presentServers(home: string): Promise<readonly PresentServer[]> {
  const numbers = Array.from({ length: MAX_SERVERS }, (_, index) => index + 1);
  const holders = await Promise.all(
    numbers.map((number) => readLockHolder(presenceFile(home, number))),
  );
  return holders.flatMap((text) => {
    // A server that has just taken its lock has not written to the file yet.
    return text ? [JSON.parse(text) as PresentServer] : [];
  });
}

function presenceFile(home: string, number: number): string {
  return join(home, `server-${number}.lock`);
}
