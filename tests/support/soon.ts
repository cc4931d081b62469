/** Waiting for what must happen, with a limit that only a broken program reaches. */
import { deadline } from "../../lib/deadline.ts";

const LIMIT_MS = 30_000;
const POLL_MS = 5;

/** Resolves as `awaited` does; rejects if that takes too long. */
export function soon<T>(awaited: Promise<T>, what: string): Promise<T> {
  return deadline<T>(LIMIT_MS, awaited, () => {
    throw new Error(`Waited ${LIMIT_MS / 1000} s in vain: ${what}.`);
  });
}

/** Waits for something that changes in turns of the event loop. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!await isSo()) {
    if (performance.now() > deadline) {
      throw new Error(`Waited ${LIMIT_MS / 1000} s in vain: ${what}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
