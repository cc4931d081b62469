/**
 * Lets a busy loop hear what has come from outside, such as the wish that it stop. One turn of the event loop is not
 * enough: while there is always a next turn to take, Deno's runtime (Tokio) looks only every 31 turns at what its other
 * threads have read, and every 61 at its sockets and timers.
 */
import { setImmediate } from "node:timers/promises";

const TURNS = 64;

/** Resolves when everything that has come is heard. Takes a fifth of a millisecond. */
export async function drainEventLoop(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}
