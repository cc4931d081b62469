/** The visits of one test: pages, each of a first-time visitor, and the browser's problems. */
import { assertEquals, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { WatchedPage } from "../support/browser.ts";
import { leavePage, visitPage } from "./left_pages.ts";

/** Pages of one test. */
export interface Visits {
  /** Opens a path of the stage's server, or a URL of another one. */
  open(options?: BrowserContextOptions, path?: string): Promise<Page>;
  /** Allows matching problems of the browser in this test, whose pages no other one gets. */
  expectProblems(pattern: RegExp): void;
  /** Runs a test, fails it on any other problem of the browser, and closes its pages. */
  check(test: () => Promise<void>): Promise<void>;
  /** Declares tests that share a visit, in their order: loading the page takes seconds of CPU time. */
  share(name: string, visit: () => Promise<Page>, define: (it: SharedTest) => void): void;
}

/** Declares a test of a shared visit. */
export type SharedTest = (name: string, test: (page: Page) => Promise<void>) => void;

/** @param place returns the browser and the server's address, at each visit */
export function createVisits(place: () => { browser: Browser; origin: string }): Visits {
  let opened: WatchedPage[] = [];
  let expected: RegExp | undefined;
  const assertNoProblems = (pages: readonly WatchedPage[]) => {
    const problems = pages.flatMap((watched) => watched.problems);
    assertEquals(problems.filter((problem) => !expected?.test(problem)), []);
  };
  /** Closes pages, or leaves them to other tests if nothing has gone wrong in them. */
  const end = async (pages: readonly WatchedPage[], isWell: boolean) => {
    const canBeLeft = isWell && !expected;
    await Promise.all(pages.map((page) => canBeLeft ? leavePage(page) : page.close()));
  };
  /** Runs a test, and ends the pages that it has opened. */
  const run = async (test: () => Promise<void>, shared: readonly WatchedPage[] = []) => {
    let isWell = false;
    try {
      await test();
      assertNoProblems([...shared, ...opened]);
      isWell = true;
    } finally {
      const ended = opened;
      opened = [];
      await end(ended, isWell);
    }
  };
  return {
    async open(options = {}, path = "/") {
      const { browser, origin } = place();
      const watched = await visitPage(browser, new URL(path, origin).href, options);
      opened.push(watched);
      return watched.page;
    },
    expectProblems: (pattern) => expected = pattern,
    // Not in afterEach(): what is thrown there fails no test.
    async check(test) {
      try {
        await run(test);
      } finally {
        expected = undefined;
      }
    },
    share(name, visit, define) {
      describe(name, () => {
        let page: Page | undefined;
        let shared: WatchedPage[] = [];
        let isWell = true;
        before(async () => {
          page = await visit();
          [shared, opened] = [opened, []];
        });
        after(async () => {
          await end(shared, isWell);
          expected = undefined;
        });
        define((name, test) =>
          it(name, async () => {
            try {
              await run(() => test(page ?? fail("The visit has failed.")), shared);
            } catch (error) {
              isWell = false;
              throw error;
            }
          })
        );
      });
    },
  };
}
