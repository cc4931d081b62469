/** The visits of one test: pages, each of a first-time visitor, and the browser's problems. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openPage, type WatchedPage } from "../support/browser.ts";

/** Pages of one test. */
export interface Visits {
  open(options?: BrowserContextOptions, path?: string): Promise<Page>;
  /** Allows matching problems of the browser in this test. */
  expectProblems(pattern: RegExp): void;
  /** Runs a test, fails it on any other problem of the browser, and closes its pages. */
  check(test: () => Promise<void>): Promise<void>;
}

/** @param place returns the browser and the server's address, at each visit */
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
