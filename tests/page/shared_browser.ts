/** The browser of the page's tests: one of the process, from the first suite to the last. */
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../tools/chromium.ts";

/** A suite's hold on the browser. */
export interface SharedBrowser {
  /** Starts the browser if no suite has. */
  open(): Promise<Browser>;
  /** Closes it if no other suite needs it. */
  close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;
/** Number of declared suites that are not over. */
let suitesLeft = 0;

/**
 * Declares that a suite needs the browser, before the first suite runs: outside of `describe`. To start one takes a
 * second of CPU time.
 */
export function shareBrowser(): SharedBrowser {
  suitesLeft++;
  return {
    open: () => browser ??= launchBrowser(),
    async close() {
      if (--suitesLeft === 0) await (await browser)?.close();
    },
  };
}
