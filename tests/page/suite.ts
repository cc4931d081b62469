/** The frame of the page's tests: one browser and one stage of the process, and no runs left after each test. */
import { after, before, describe, it } from "@std/testing/bdd";
import type { Browser } from "playwright-core";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../ml/spec/spec.ts";
import { skipReason } from "../../tools/chromium.ts";
import { MNIST_SIZE } from "../support/fake_run.ts";
import { shareBrowser } from "./shared_browser.ts";
import { openStage, type Stage } from "./stage.ts";
import { createVisits, type Visits } from "./visits.ts";

/** The tools of a page test. */
export interface Suite extends Omit<Visits, "check"> {
  readonly stage: Stage;
  /** Declares a test, which also fails if the browser reports a problem. */
  it(name: string, test: () => Promise<void>): void;
  /** Stores a run, as another client does. */
  createRun(name: string, request?: TrainingRequest): Promise<string>;
}

/** The stage, from the first suite to the last: to start it takes seconds of CPU time. */
let opened: Promise<Stage> | undefined;
/** Number of declared suites that are not over. */
let suitesLeft = 0;

/** Declares tests of the page. They are skipped, with a message, if there is no browser. */
export function describePage(name: string, define: (suite: Suite) => void): void {
  suitesLeft++;
  const shared = shareBrowser();
  if (skipReason) console.warn(`The tests of ${name} are skipped: ${skipReason}.`);
  describe(name, { ignore: skipReason !== undefined }, () => {
    let stage: Stage | undefined;
    let browser: Browser | undefined;

    before(async () => {
      [stage, browser] = await Promise.all([opened ??= openStage(), shared.open()]);
    });
    after(async () => {
      await shared.close();
      if (--suitesLeft === 0) await stage?.close();
    });

    const visits = createVisits(() => {
      if (!browser) throw new Error("The browser is not open yet.");
      return { browser, origin: suite.stage.origin };
    });
    const suite: Suite = {
      ...visits,
      get stage() {
        if (!stage) throw new Error("The stage is not open yet.");
        return stage;
      },
      it(name, test) {
        it(name, async () => {
          try {
            await visits.check(test);
          } finally {
            await stage?.endRuns();
          }
        });
      },
      // Its runs end with the visit.
      share(name, visit, define) {
        visits.share(name, visit, (it) => {
          after(() => stage?.endRuns());
          define(it);
        });
      },
      async createRun(name, request = {}) {
        const spec = resolveSpec(request, MNIST_SIZE);
        return (await suite.stage.store.create({ name, spec })).run.id;
      },
    };
    define(suite);
  });
}
