/// <reference lib="dom" />
/** Waits and reads that the tests of the page share. */
import { readMetrics } from "../support/http.ts";
import type { Locator, Page } from "playwright-core";
import { batchInterval } from "../../pictures/trend.ts";
import { until } from "../support/until.ts";
import type { Stage } from "./stage.ts";

/**
 * Nothing listens while the server is away: the browser says so for each attempt, and Monaco for what it loads
 * late.
 */
export const SERVER_AWAY = new RegExp(
  [
    "ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|INCOMPLETE|CONTENT_LENGTH_MISMATCH)",
    "dynamically imported module",
    "Could not create web worker",
    "^(undefined|Event)$",
  ].join("|"),
);

export function startButton(page: Page): Locator {
  return page.getByRole("button", { name: "Start training" });
}

export function executeButton(page: Page): Locator {
  return page.getByRole("button", { name: "Execute query" });
}

export function curves(page: Page): Locator {
  return page.getByTestId("curves");
}

export async function stateIs(page: Page, state: string): Promise<void> {
  await page.locator(".run .badge").getByText(state, { exact: true }).waitFor();
}

/** Waits for more points than that. */
export async function pointsOver(page: Page, points: number): Promise<number> {
  const handle = await page.waitForFunction((least) => {
    const shown = Number(document.querySelector<HTMLElement>(".curves")?.dataset.points);
    return shown > least && shown;
  }, points);
  return Number(await handle.jsonValue());
}

export async function pointsAre(page: Page, points: number): Promise<void> {
  await page.waitForFunction(
    (expected) => document.querySelector<HTMLElement>(".curves")?.dataset.points === expected,
    String(points),
  );
}

/** Waits until the newest run's curve reaches the end of its log. Long runs are drawn at every n-th step. */
export async function drawnAsInLog(page: Page, { store }: Stage): Promise<void> {
  const [run] = (await store.list({ first: 1 })).runs;
  if (!run) throw new Error("There must be a run.");
  const { step, steps } = run.snapshot;
  const every = batchInterval(steps ?? 0);
  await page.waitForFunction(
    ([step, every]) => {
      const drawn = Number(document.querySelector<HTMLElement>(".curves")?.dataset.step);
      return Math.floor(drawn / every) === Math.floor(step / every);
    },
    [step, every] as const,
  );
}

/** The epochs of the newest run in the log, newest first, as the table shows them. */
export async function epochsInLog({ store }: Stage): Promise<number[]> {
  const [run] = (await store.list({ first: 1 })).runs;
  const last = run?.snapshot.lastEpoch?.number ?? 0;
  return Array.from({ length: last }, (_, index) => last - index);
}

export async function epochsAre(page: Page, epochs: readonly number[]): Promise<void> {
  await page.waitForFunction((expected) => {
    const rows = document.querySelectorAll(".run .table tbody th");
    return [...rows].map((row) => row.textContent).join() === expected;
  }, epochs.join());
}

export async function focusedText(page: Page): Promise<string | undefined> {
  return await page.evaluate(() => document.activeElement?.textContent ?? undefined);
}

/** Opens the GraphQL editor, which a page does not load before. */
export async function openEditor(page: Page): Promise<void> {
  await page.getByRole("button", { name: "GraphQL", exact: true }).click();
  await editorIsReady(page);
}

/** Opens a tab of GraphiQL. */
export async function openTab(page: Page, name: string): Promise<void> {
  await editorIsReady(page);
  await page.getByRole("tab", { name: new RegExp(`^${name}\\b`) }).click();
}

/** Presses GraphiQL's run button. */
export async function execute(page: Page): Promise<void> {
  await editorIsReady(page);
  await executeButton(page).click();
}

/** Waits until the page loads nothing more. */
export async function isLoaded(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
}

/** Waits for the editor's text: before that, GraphiQL's buttons do nothing. */
async function editorIsReady(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    (document.querySelector(".graphiql-query-editor .view-lines")?.textContent ?? "").length > 5
  );
}

/** Returns GraphiQL's answer on one line: the editor breaks long ones. */
export async function response(page: Page): Promise<string> {
  const text = await page.locator(".graphiql-response .view-lines").innerText();
  return text.replace(/\s+/g, " ").trim();
}

export async function responseHas(page: Page, pattern: RegExp): Promise<void> {
  await until(`the response matches ${pattern}`, async () => pattern.test(await response(page)));
}

/** Waits until the server has this many open subscriptions. */
export async function subscriptionsAre({ origin }: Stage, expected: number): Promise<void> {
  await until(`${expected} subscriptions are open`, async () => {
    const open = (await readMetrics(origin)).entries()
      .filter(([name]) => name.startsWith("epochql_subscriptions_open{"));
    return open.reduce((sum, [, count]) => sum + count, 0) === expected;
  });
}
