/** Repeats work that fails for a reason that may pass, and reports that reason once. */
import { delay } from "./delay.ts";
import { errorMessage } from "./error_message.ts";

/** Pauses and limits of a retry. */
export interface RetryOptions {
  /** Ends the waiting: one last attempt is made at once, and its error is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between the first attempt and the second. */
  readonly pauseMs: number;
  /** Longest pause: each is twice the one before. Defaults to `pauseMs`, so that all are equal. */
  readonly maxPauseMs?: number;
  /** Number of attempts after which the last error is thrown. Defaults to no limit. */
  readonly maxAttempts?: number;
  /** Returns whether an error may pass. Others are thrown at once. Defaults to all errors. */
  readonly isTransient?: (error: unknown) => boolean;
  /** Receives the message of an error that differs from the one before, then null when an attempt succeeds. */
  readonly onProblem?: (problem: string | null) => void | Promise<void>;
}

/**
 * Attempts work until it succeeds.
 *
 * @returns the result of the first attempt that succeeds
 * @throws the error of an attempt if it cannot pass, if it was the last one, or if the signal has aborted
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * let attempts = 0;
 * const answer = await retry(
 *   () => ++attempts < 3 ? Promise.reject(new Error("busy")) : Promise.resolve(42),
 *   { signal: AbortSignal.timeout(1_000), pauseMs: 1 },
 * );
 * assertEquals([answer, attempts], [42, 3]);
 * ```
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, pauseMs, maxPauseMs = pauseMs, maxAttempts = Infinity, onProblem } = options;
  const { isTransient = () => true } = options;
  let problem: string | null = null;
  for (let attempt = 1, pause = pauseMs;; attempt++, pause = Math.min(2 * pause, maxPauseMs)) {
    try {
      const result = await work();
      if (problem !== null) await onProblem?.(null);
      return result;
    } catch (error) {
      if (signal?.aborted || attempt >= maxAttempts || !isTransient(error)) throw error;
      const message = errorMessage(error);
      if (message !== problem) await onProblem?.(message);
      problem = message;
    }
    await delay(pause, signal);
  }
}
