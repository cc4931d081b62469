/**
 * Delivers pending I/O, such as a stop request, to a busy loop. One turn of the event loop is not enough: a busy Deno
 * runtime (Tokio) checks its other threads only every 31 turns, and its sockets and timers every 61.
 */
import { setImmediate } from "node:timers/promises";

const TURNS = 64;

/** Resolves when all pending I/O has been delivered. Takes a fifth of a millisecond. */
export async function drainEventLoop(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}
