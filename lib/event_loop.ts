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

/** Number of items that are handed out between two turns of the event loop: some milliseconds of work in GraphQL. */
export const ITEMS_PER_TURN = 2000;

/** Hands out the items of a long list, and lets the event loop deliver pending I/O after every `ITEMS_PER_TURN`. */
export async function* inTurns<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % ITEMS_PER_TURN === 0) await drainEventLoop();
    yield item;
  }
}
