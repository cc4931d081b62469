/// <reference lib="dom" />
/**
 * Measures the page in a real browser on the real server: time to load, time to draw a long run,
 * and the share of a core while a long run reports 60 times a second.
 */
import type { Browser, CDPSession, Page } from "playwright-core";
import { join } from "node:path";
import type { RunStore } from "../runs/store/store.ts";
import { openStore } from "../runs/store/open.ts";
import { launchBrowser } from "../tools/chromium.ts";
import { batchInterval } from "../pictures/trend.ts";
import { startServer } from "./server.ts";
import { specOfSteps } from "./training/spec.ts";
import { startRun, type WrittenRun } from "./written_run.ts";

/** One measurement of the page. */
export interface PageSample {
  /** From navigation to the panel with its button. */
  readonly panelSeconds: number;
  /** From navigation to the editor. */
  readonly loadSeconds: number;
  /** From the click to the curve of a run of 100,000 steps. */
  readonly longSeconds: number;
  /** The same for 1,000,000 steps. */
  readonly longestSeconds: number;
  /** Main thread of the page, a share of a core, while a run reports 60 times a second. */
  readonly mainThreadShare: number;
  /** The whole process of the page, its other threads too. */
  readonly processShare: number;
  /** Actual updates per second of the run. */
  readonly updatesPerSecond: number;
}

const LONG = 100_000;
const LONGEST = 1_000_000;
const EPOCHS = 20;
/** Steps of one event: what a worker appends in 50 ms. */
const GROUP = 20;
/** Events of one append. */
const EVENTS = 500;
const UPDATES_A_SECOND = 60;
const WATCHED_MS = 10_000;

/** @param home a folder with the datasets in it; runs are kept beside it */
export async function measurePage(home: string): Promise<PageSample> {
  const runs = join(home, "page");
  await Deno.mkdir(runs, { recursive: true });
  await Deno.symlink(join(home, "data"), join(runs, "data")).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const server = await startServer(runs, { WORKERS: "0" });
  let browser: Browser | undefined;
  let store: RunStore | undefined;
  try {
    const { origin } = server;
    store = await openStore({ home: runs });
    browser = await launchBrowser();
    // Read once, so that the file system does not count.
    await measureLoad(browser, origin);
    const load = await measureLoad(browser, origin);
    await (await write(store, "long", LONG, LONG)).complete();
    await (await write(store, "longest", LONGEST, LONGEST)).complete();
    const page = await open(browser, origin);
    const longSeconds = await measureOpening(page, "long", LONG);
    const longestSeconds = await measureOpening(page, "longest", LONGEST);
    return { ...load, longSeconds, longestSeconds, ...await measureLive(page, store) };
  } finally {
    await browser?.close();
    await store?.close();
    await server.stop();
    await Deno.remove(runs, { recursive: true });
  }
}

async function open(browser: Browser, origin: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(origin);
  await page.locator(".start-foot button, .runs-item").first().waitFor();
  return page;
}

/** Opens the page without a cache, and GraphiQL as soon as there is something to see. */
async function measureLoad(browser: Browser, origin: string) {
  const began = performance.now();
  const page = await open(browser, origin);
  const panelSeconds = (performance.now() - began) / 1000;
  await page.keyboard.press("g");
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  const loadSeconds = (performance.now() - began) / 1000;
  await page.context().close();
  return { panelSeconds, loadSeconds };
}

/** Measures from the click on a run to the first frame with its last step. */
async function measureOpening(page: Page, name: string, lastStep: number): Promise<number> {
  const row = page.locator(".runs-item", { has: page.getByText(name, { exact: true }) });
  await row.waitFor();
  const other = page.locator(".runs-item").filter({ hasNotText: name }).first();
  if (await other.count() > 0) {
    await other.click();
    await page.locator(`.run:not([aria-label="Run ${name}"])`).waitFor();
  }
  const milliseconds = await row.evaluate((button, lastStep) =>
    new Promise<number>((resolve) => {
      const began = performance.now();
      if (button instanceof HTMLElement) button.click();
      const look = () => {
        const drawn = document.querySelector<HTMLElement>(".curves")?.dataset.step;
        if (Number(drawn) === lastStep) {
          requestAnimationFrame(() => resolve(performance.now() - began));
        } else requestAnimationFrame(look);
      };
      look();
    }), lastStep);
  return milliseconds / 1000;
}

/** Watches a run that reports at a steady pace. */
async function measureLive(page: Page, store: RunStore) {
  const every = batchInterval(LONG);
  const live = await write(store, "live", LONG / 2, LONG);
  const row = page.locator(".runs-item", { has: page.getByText("live", { exact: true }) });
  await row.click();
  await page.locator(`.curves[data-step="${LONG / 2}"]`).waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");

  let updates = 0;
  const began = performance.now();
  const report = async (until: number) => {
    while (performance.now() < until) {
      await live.train(every);
      updates++;
      const due = began + updates * 1000 / UPDATES_A_SECOND;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
  };
  await report(began + 2000);
  const before = { at: performance.now(), updates, ...await spent(session) };
  await report(before.at + WATCHED_MS);
  const after = { at: performance.now(), updates, ...await spent(session) };
  const seconds = (after.at - before.at) / 1000;
  await live.complete();
  return {
    mainThreadShare: (after.mainThread - before.mainThread) / seconds,
    processShare: (after.process - before.process) / seconds,
    updatesPerSecond: (after.updates - before.updates) / seconds,
  };
}

/** CPU time of the page, in seconds. */
async function spent(session: CDPSession) {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return { mainThread: of("ThreadTime"), process: of("ProcessTime") };
}

/** Creates a run that is trained to a step. */
async function write(
  store: RunStore,
  name: string,
  done: number,
  steps: number,
): Promise<WrittenRun> {
  const perEpoch = steps / EPOCHS;
  const noise = (step: number) => Math.abs(Math.sin(step * 12.9898) * 43758.5453) % 1;
  const run = await startRun(store, {
    name,
    spec: specOfSteps(EPOCHS, perEpoch),
    curve: (step) => ({
      loss: 2 / (1 + step / perEpoch) + 0.3 * noise(step),
      acc: 1 - 0.5 / (1 + step / perEpoch) - 0.1 * noise(step),
    }),
  });
  await run.append({
    type: "started",
    device: "none",
    engine: "none",
    stepsPerEpoch: perEpoch,
    steps,
    parameters: 1,
  });
  for (let step = 0; step < done; step += GROUP * EVENTS) await run.train(GROUP, EVENTS);
  return run;
}
