/**
 * The frame of the page's tests: one browser and one stage a file, a fresh visitor a page, and after each test
 * no runs and no complaints of the browser.
 */
import assert from "@std/assert";
import { after, afterEach, before, beforeEach, describe } from "@std/testing/bdd";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { resolveSpec, type TrainingRequest } from "../../ml/spec.ts";
import { launchBrowser, openPage, skipReason, type WatchedPage } from "./browser.ts";
import { openStage, type Stage } from "./stage.ts";

/** What a test of the page has. */
export interface Suite {
  readonly stage: Stage;
  /** Opens the page as a visitor who was never there. */
  open(options?: BrowserContextOptions, path?: string): Promise<Page>;
  /** Writes a run down, as another client does. */
  createRun(name: string, request?: TrainingRequest): Promise<string>;
  /** What the browser may complain of in this test. */
  expectProblems(pattern: RegExp): void;
}

/** Declares tests of the page. They are skipped, with a word, where there is no browser. */
export function describePage(name: string, define: (suite: Suite) => void): void {
  if (skipReason) console.warn(`The tests of ${name} are skipped: ${skipReason}.`);
  describe(name, { skip: skipReason !== undefined }, () => {
    let stage: Stage | undefined;
    let browser: Browser | undefined;
    let opened: WatchedPage[] = [];
    let expected: RegExp | undefined;

    before(async () => {
      [stage, browser] = await Promise.all([openStage(), launchBrowser()]);
    });
    after(async () => {
      await browser?.close();
      await stage?.close();
    });
    beforeEach(() => expected = undefined);
    afterEach(async () => {
      const problems = opened.flatMap((watched) => watched.problems)
        .filter((problem) => !expected?.test(problem));
      await Promise.all(opened.map((watched) => watched.close()));
      opened = [];
      await stage?.endRuns();
      assert.deepEqual(problems, []);
    });

    const suite: Suite = {
      get stage() {
        if (!stage) throw new Error("The stage is not open yet.");
        return stage;
      },
      async open(options = {}, path = "/") {
        if (!browser) throw new Error("The browser is not open yet.");
        const watched = await openPage(browser, suite.stage.origin + path, options);
        opened.push(watched);
        return watched.page;
      },
      async createRun(name, request = {}) {
        const spec = resolveSpec(request, { trainSize: 60_000, testSize: 10_000 });
        return (await suite.stage.store.create({ name, spec })).run.id;
      },
      expectProblems: (pattern) => expected = pattern,
    };
    define(suite);
  });
}
