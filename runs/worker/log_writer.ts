/**
 * Writes a claimed run's events into its log, and keeps trying while the store cannot be used.
 */
import { delay } from "../../lib/delay.ts";
import type { RunEventBody } from "../log/event.ts";
import { type Claim, type Run, type RunStore, StoreUnavailableError } from "../store/store.ts";

/** Appends under one claim. One append after the other. */
export interface LogWriter {
  /**
   * Appends events, all or none.
   *
   * @returns the run after it
   * @throws {FencedError} if the claim is lost
   * @throws {ConflictError} if the run's state does not allow an event; the writer can go on
   * @throws {StoreUnavailableError} if the store cannot be used and the signal to give up has come
   */
  append(events: readonly RunEventBody[]): Promise<Run>;
}

/** How a writer behaves when the store cannot be used. */
export interface LogWriterOptions {
  /** Stops trying. */
  readonly giveUp: AbortSignal;
  /** Is told of it, once each time that it begins, and with undefined when it is over. */
  readonly onTrouble: (message: string | undefined) => void;
}

/** Longest pause between two tries. */
const LONGEST_PAUSE_MS = 2_000;

export function createLogWriter(
  store: RunStore,
  claim: Claim,
  { giveUp, onTrouble }: LogWriterOptions,
): LogWriter {
  let number = 0;
  return {
    async append(events) {
      let inTrouble = false;
      for (let pause = 100;; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        try {
          // The same number again: what was written although it failed is not written twice.
          const run = await store.append(claim, number + 1, events);
          number++;
          if (inTrouble) onTrouble(undefined);
          return run;
        } catch (error) {
          if (!(error instanceof StoreUnavailableError) || giveUp.aborted) throw error;
          if (!inTrouble) onTrouble(error.message);
          inTrouble = true;
        }
        await delay(pause, giveUp);
      }
    },
  };
}
