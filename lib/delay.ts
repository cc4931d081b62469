/** Waiting that an abort signal ends early. */

/**
 * Resolves after a time, or as soon as the signal aborts: an abort is no error here.
 *
 * @param ms milliseconds to wait
 *
 * @example
 * ```ts
 * const stop = new AbortController();
 * const pause = delay(60_000, stop.signal);
 * stop.abort();
 * await pause; // at once
 * ```
 */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
