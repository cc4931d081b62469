/** Writes a claimed run's events to its log, and keeps trying while the store is unavailable. */
import { retry } from "../../lib/retry.ts";
import type { Run } from "../log/run.ts";
import { StoreUnavailableError } from "../store/errors.ts";
import type { RunEventBody } from "../log/event.ts";
import type { Claim, RunStore } from "../store/store.ts";
import { APPEND_RETRY_MS, MAX_APPEND_RETRY_MS } from "../timeouts.ts";

/** Appends events under one claim, one append at a time. */
export interface LogWriter {
  /**
   * Appends events, all or none.
   *
   * @returns the run after the append
   * @throws {FencedError} if the claim is lost
   * @throws {ConflictError} if the run's state does not allow an event; later appends still work
   * @throws {StoreUnavailableError} if the store is unavailable and giveUp has aborted
   */
  append(events: readonly RunEventBody[]): Promise<Run>;
}

/** Behaviour while the store is unavailable. */
export interface LogWriterOptions {
  /** Stops trying. */
  readonly giveUp: AbortSignal;
  /** Receives the problem once when it begins, and null when it has ended. */
  readonly onProblem: (message: string | null) => void;
}

/** Creates the writer of a claim. */
export function createLogWriter(
  store: RunStore,
  claim: Claim,
  { giveUp, onProblem }: LogWriterOptions,
): LogWriter {
  let number = 0;
  return {
    async append(events) {
      let isReported = false;
      const run = await retry(
        // The same number again: an append that succeeded although its answer was lost is not repeated.
        () => store.append(claim, number + 1, events),
        {
          signal: giveUp,
          pauseMs: APPEND_RETRY_MS,
          maxPauseMs: MAX_APPEND_RETRY_MS,
          isTransient: (error) => error instanceof StoreUnavailableError,
          onProblem(message) {
            if (message === null || !isReported) onProblem(message);
            isReported = true;
          },
        },
      );
      number++;
      return run;
    },
  };
}
