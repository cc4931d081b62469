/// <reference lib="dom" />
/** Parts of the page that are loaded when they are first shown. */
import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import { retry } from "../../lib/retry.ts";
import { MAX_PART_ATTEMPTS, MAX_PART_RETRY_MS, PART_RETRY_MS } from "../timeouts.ts";

/**
 * Makes a component that is loaded when it is first shown, and retried while the server cannot be reached.
 *
 * @param load the import() of its file
 */
export function lazyPart<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({
    // A page of an older build never gets its parts: the attempts are limited.
    default: await retry(load, {
      pauseMs: PART_RETRY_MS,
      maxPauseMs: MAX_PART_RETRY_MS,
      maxAttempts: MAX_PART_ATTEMPTS,
    }),
  }));
}
