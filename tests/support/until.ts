/** Waiting for a condition, with a limit and an error that names the condition. */
import { deadline } from "../../lib/deadline.ts";
import { delay } from "../../lib/delay.ts";
import { isFinished, type RunState } from "../../runs/log/state.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";

/** Longest wait of a test: enough for a busy machine. */
const WAIT_LIMIT_MS = 60_000;

const POLL_MS = 10;

/**
 * Waits until `find` returns a value that is neither undefined, null nor false, and returns it.
 *
 * @param condition a clause for the error: "the run is paused"
 * @throws an error that names the condition, after the limit
 */
export async function until<T>(
  condition: string,
  find: () => T | Promise<T>,
  limitMs = WAIT_LIMIT_MS,
): Promise<Exclude<T, undefined | null | false>> {
  const end = performance.now() + limitMs;
  const late = (): never => {
    throw new Error(`Waited ${limitMs / 1000} s in vain until ${condition}.`);
  };
  for (;;) {
    const found = await deadline<T>(end - performance.now(), Promise.resolve(find()), late);
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, undefined | null | false>;
    }
    if (performance.now() > end) late();
    await delay(POLL_MS);
  }
}

/**
 * Resolves as a promise does that a broken program leaves pending.
 *
 * @throws an error that says what must happen, after the limit
 */
export function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  return deadline<T>(WAIT_LIMIT_MS, promise, () => {
    throw new Error(`Waited ${WAIT_LIMIT_MS / 1000} s in vain: ${what}.`);
  });
}

/** Waits until a run is as `isSo` says, and returns it. */
export function untilRun(
  store: RunStore,
  id: string,
  condition: string,
  isSo: (run: Run) => boolean,
): Promise<Run> {
  return until(`run '${id}' ${condition}`, async () => {
    const run = await store.get(id);
    return run && isSo(run) && run;
  });
}

/** Waits until the log of a run holds a step. */
export function untilStep(store: RunStore, id: string, step: number): Promise<Run> {
  return untilRun(store, id, `is at step ${step}`, ({ snapshot }) => snapshot.step >= step);
}

/** Waits until a run has a checkpoint of a step or a later one: it is logged once it is stored, after later steps. */
export function untilSaved(store: RunStore, id: string, step: number): Promise<Run> {
  return untilRun(store, id, `is saved up to step ${step}`, ({ snapshot }) => {
    return (snapshot.lastCheckpoint?.step ?? 0) >= step;
  });
}

/** Waits until a run is in a state. */
export function untilState(store: RunStore, id: string, state: RunState): Promise<Run> {
  return untilRun(store, id, `is ${state}`, ({ snapshot }) => snapshot.state === state);
}

/** Waits until a run has ended, one way or another. */
export function untilFinished(store: RunStore, id: string): Promise<Run> {
  return untilRun(store, id, "has ended", ({ snapshot }) => isFinished(snapshot.state));
}

/** Resolves when the signal has aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
