/**
 * Hears what clients ask of a run while it is trained. Each append to its log tells that, several times a second; while
 * nothing is appended, as the trainer loads or evaluates, the store's wake-ups do. They are not listened to all the
 * time: each listener of a database is work for every writer.
 */
import { delay } from "../../lib/delay.ts";
import {
  type Claim,
  type Run,
  type RunStore,
  STATE_CHANGES,
  StoreUnavailableError,
} from "../store/store.ts";

/** What to do with what is heard. */
export interface WatchOptions {
  /** Ends the hearing. */
  readonly until: AbortSignal;
  /** When the log was last appended to, by performance.now(): that has told what is asked. */
  readonly appendedAt: () => number;
  /** Is given the run as it is now. */
  readonly onRun: (run: Run) => void;
  /** Another worker has the run, or it is gone. */
  readonly onLost: () => void;
}

/** How long the log may be silent before somebody listens. */
const SILENT_MS = 200;

/** How long to leave a store alone that cannot be used. */
const TROUBLE_MS = 1_000;

/** Hears requests until it is told to end, or the claim is lost. */
export async function watchControlRequests(
  store: RunStore,
  { run: { id, snapshot } }: Claim,
  { until, appendedAt, onRun, onLost }: WatchOptions,
): Promise<void> {
  while (!until.aborted) {
    const silentFor = performance.now() - appendedAt();
    if (silentFor < SILENT_MS) {
      await delay(SILENT_MS - silentFor, until);
      continue;
    }
    try {
      const mark = store.mark();
      const run = await store.get(id);
      if (until.aborted) return;
      if (run?.snapshot.attempts !== snapshot.attempts) return onLost();
      onRun(run);
      // Whatever is asked of a run changes its state.
      await store.wait(mark, until, STATE_CHANGES);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) {
        onLost();
        throw error;
      }
      await delay(TROUBLE_MS, until);
    }
  }
}
