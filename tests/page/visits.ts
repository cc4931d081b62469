/** The visits of one test: pages, each of a visitor who was never there, and what the browser complained of. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openPage, type WatchedPage } from "./browser.ts";

/** Pages of one test. */
export interface Visits {
  open(options?: BrowserContextOptions, path?: string): Promise<Page>;
  /** What the browser may complain of in this test. */
  expectProblems(pattern: RegExp): void;
  /** Runs a test; fails it if the browser complains of anything else, and closes its pages. */
  check(test: () => Promise<void>): Promise<void>;
}

/** @param place asked at each visit for the browser and the server's address */
export function createVisits(place: () => { browser: Browser; origin: string }): Visits {
  let opened: WatchedPage[] = [];
  let expected: RegExp | undefined;
  return {
    async open(options = {}, path = "/") {
      const { browser, origin } = place();
      const watched = await openPage(browser, origin + path, options);
      opened.push(watched);
      return watched.page;
    },
    expectProblems: (pattern) => expected = pattern,
    // Not in afterEach(): what is thrown there fails no test.
    async check(test) {
      try {
        await test();
        const problems = opened.flatMap((watched) => watched.problems);
        assertEquals(problems.filter((problem) => !expected?.test(problem)), []);
      } finally {
        await Promise.all(opened.map((watched) => watched.close()));
        opened = [];
        expected = undefined;
      }
    },
  };
}
