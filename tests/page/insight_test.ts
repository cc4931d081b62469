/// <reference lib="dom" />
/**
 * A run's evaluation in a real browser: its confusion matrix, its errors, its filters, and a digit drawn by
 * hand. The server, MNIST and the network are real; only the training's pace is the test's.
 */
import { assert, assertEquals, assertMatch, assertNotEquals, fail } from "@std/assert";
import { after, before, describe, it as declare } from "@std/testing/bdd";
import type { Browser, BrowserContextOptions, Locator, Page, Route } from "playwright-core";
import { fileURLToPath } from "node:url";
import { kernelsFile } from "../../native/paths.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import { buildPage } from "../../web/build/build_page.ts";
import { findsNothing } from "./axe.ts";
import { skipReason } from "../../tools/chromium.ts";
import { type ServerProcess, startServerProcess } from "../support/program.ts";
import {
  LEARNING_SPEC,
  type LearningRun,
  type Teacher,
  trainTeacher,
} from "../support/trained_run.ts";
import { shareBrowser } from "./shared_browser.ts";
import { createVisits, type SharedTest } from "./visits.ts";

const hasEngine = await Deno.stat(kernelsFile()).then(() => true, () => false);
const skip = skipReason ??
  (hasEngine ? undefined : "the native engine must be set up: deno task setup");
if (skip) console.warn(`The tests of what a run has learned are skipped: ${skip}.`);

/** Digits drawn by hand: strokes through positions from 0 to 1. */
const DIGITS = {
  one: [[[0.5, 0.15], [0.5, 0.5], [0.49, 0.85]]],
  three: [[
    [0.32, 0.22],
    [0.5, 0.13],
    [0.66, 0.26],
    [0.6, 0.42],
    [0.46, 0.48],
    [0.62, 0.54],
    [0.68, 0.7],
    [0.52, 0.85],
    [0.32, 0.78],
  ]],
  seven: [[[0.25, 0.2], [0.5, 0.19], [0.75, 0.21], [0.62, 0.5], [0.5, 0.85]]],
  zero: [[
    [0.5, 0.15],
    [0.32, 0.28],
    [0.27, 0.5],
    [0.33, 0.74],
    [0.5, 0.85],
    [0.68, 0.73],
    [0.73, 0.5],
    [0.67, 0.27],
    [0.5, 0.15],
  ]],
} as const satisfies Readonly<Record<string, readonly Stroke[]>>;
type View = "Evaluation" | "Draw a digit";
type Stroke = readonly (readonly [x: number, y: number])[];

const shared = shareBrowser();

describe("what a run has learned, in the panel", { ignore: skip !== undefined }, () => {
  let home: string;
  let store: RunStore;
  let teacher: Teacher;
  let server: ServerProcess;
  let browser: Browser;
  const visits = createVisits(() => ({ browser, origin: server.origin }));

  const serve = (port = "0") =>
    startServerProcess({
      args: ["-A", fileURLToPath(new URL("serve.ts", import.meta.url)), home, port, "mnist"],
      showsErrors: true,
    });

  before(async () => {
    home = await Deno.makeTempDir({ prefix: "epochql-insight-page-" });
    store = await openStore({ home });
    await buildPage();
    [teacher, server, browser] = await Promise.all([
      trainTeacher(store, home),
      serve(),
      shared.open(),
    ]);
  });
  after(async () => {
    await shared.close();
    await server?.stop();
    await store?.close();
    await Deno.remove(home, { recursive: true });
  });

  let started: LearningRun[] = [];
  const finishRuns = async () => {
    // The page opens what is training: the next test's run, and no other.
    for (const run of started) await run.finish();
    started = [];
  };
  const it = (name: string, test: () => Promise<void>) =>
    declare(name, async () => {
      try {
        await visits.check(test);
      } finally {
        await finishRuns();
      }
    });

  /** Opens the page at a view of a new run with this many epochs. */
  const open = async (view: View, epochs: number, options?: BrowserContextOptions) => {
    const run = await teacher.start("a run");
    started.push(run);
    for (let epoch = 0; epoch < epochs; epoch++) await run.learn();
    const page = await visits.open(options);
    await page.getByRole("button", { name: view, exact: true }).click();
    return { page, run };
  };

  /** Declares tests that share a visit of such a run, which learns on. */
  const shareVisit = (
    name: string,
    view: View,
    epochs: number,
    define: (it: SharedTest, run: { id(): string; learn(): Promise<void> }) => void,
  ) =>
    visits.share(name, async () => (await open(view, epochs)).page, (it) => {
      after(finishRuns);
      const run = () => started[0] ?? fail("The run must have been started.");
      define(it, { id: () => run().id, learn: () => run().learn() });
    });

  /** The accuracy after an epoch, as the page writes it. */
  const accuracyOf = async (id: string, epoch: number) => {
    const checkpoint = (await store.get(id))?.snapshot.checkpoints[epoch - 1];
    return `${(100 * (checkpoint?.testAcc ?? NaN)).toFixed(2)}%`;
  };

  shareVisit("the view of a checkpoint", "Evaluation", 1, (it, run) => {
    it("counts each sample of the test set once in its matrix, and agrees with the report beside it", async (page) => {
      const matrix = await matrixOf(page);
      assertEquals(sum(matrix.flat()), LEARNING_SPEC.testSamples);
      const right = sum(matrix.map((row, label) => row[label] ?? 0));
      const { testAcc } = (await store.get(run.id()))?.snapshot.checkpoints.at(-1) ?? {};
      assertEquals(right, Math.round((testAcc ?? NaN) * LEARNING_SPEC.testSamples));
      await page.getByText(
        `After epoch 1: ${
          (100 * right / LEARNING_SPEC.testSamples).toFixed(2)
        }% of 500 test samples`,
      ).waitFor();
      const report = page.getByRole("region", { name: "Class report" });
      const seven = await report.getByRole("row", { name: /^7 / }).innerText();
      const [, , recall, , support] = seven.split(/\s+/);
      assertEquals(Number(support), sum(matrix[7] ?? []));
      assertEquals(recall, ((matrix[7]?.[7] ?? NaN) / sum(matrix[7] ?? [])).toFixed(3));
      assertEquals(
        (await report.getByRole("row", { name: /^Macro average/ }).innerText()).split(/\s+/).at(-1),
        String(LEARNING_SPEC.testSamples),
      );
    });

    it("tells what a cell is, and shows the mistakes of the one that is pressed", async (page) => {
      const { label, predicted, times } = mostFrequentMistake(await matrixOf(page));
      const name = takenFor(label, predicted, times);
      await cell(page, label, predicted).hover();
      await page.locator("figcaption", { hasText: name }).waitFor();
      await cell(page, label, predicted).click();
      await page.getByRole("heading", { name }).waitFor();
      const pairs = await mistakes(page, Math.min(times, 12));
      assertEquals(new Set(pairs), new Set([`${label} → ${predicted}`]));
      await page.getByRole("button", { name: "All mistakes" }).click();
      await page.getByRole("heading", {
        name: /^\d+ errors?, lowest probability of the true class first$/,
      })
        .waitFor();
      assertEquals((await mistakes(page, 12)).length, 12);
      await page.getByRole("button", { name: /^Show more of \d+$/ }).click();
      await mistakes(page, 36);
    });

    it("has a matrix that can be walked through by keyboard", async (page) => {
      const { label, predicted, times } = mostFrequentMistake(await matrixOf(page));
      const grid = page.getByRole("grid");
      await cell(page, 9, 9).hover();
      await cell(page, 0, 0).focus();
      for (let row = 0; row < label; row++) await page.keyboard.press("ArrowDown");
      for (let column = 0; column < predicted; column++) await page.keyboard.press("ArrowRight");
      const name = takenFor(label, predicted, times);
      assertEquals(await grid.locator(":focus").getAttribute("aria-label"), name);
      assertEquals(await grid.locator('[tabindex="0"]').count(), 1);
      // Not where the pointer was left.
      assertEquals(await page.locator("figcaption").innerText(), name);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name }).waitFor();
      assertEquals(await cell(page, label, predicted).getAttribute("aria-selected"), "true");
      await page.keyboard.press("Escape");
      await page.getByRole("heading", {
        name: / errors?, lowest probability of the true class first$/,
      }).waitFor();
    });

    it("shows the kernels of the first layer", async (page) => {
      const picture = page.getByRole("img", { name: /^32 kernels of 3 × 3/ });
      await picture.waitFor();
      assert(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth) > 200);
    });

    it("shows the GraphQL behind all of it, with the chosen cell in it", async (page) => {
      const { label, predicted } = mostFrequentMistake(await matrixOf(page));
      await cell(page, label, predicted).click();
      await page.getByRole("button", { name: "GraphQL: Evaluation" }).click();
      await page.getByRole("button", { name: "Mistakes", exact: true }).click();
      const text = await page.locator(".operation-text").innerText();
      assertMatch(text, new RegExp(`label: ${label},?\\s+predicted: ${predicted}\\b`));
      await findsNothing(page);
    });
  });

  shareVisit("the view of a run that learns on", "Evaluation", 0, (it, run) => {
    it("waits for the first checkpoint, and says so", async (page) => {
      await page.getByText("This run has no checkpoint yet.").waitFor();
      await run.learn();
      assertEquals(sum((await matrixOf(page)).flat()), LEARNING_SPEC.testSamples);
    });

    it("keeps its matrix while that of a newer checkpoint is counted", async (page) => {
      const first = await matrixOf(page);
      const held = await hold(page, "WhatItLearned");
      await run.learn();
      await page.getByText("Testing epoch 2…").first().waitFor();
      assertEquals(await matrixOf(page), first);
      await page.getByText(/^After epoch 1: /).waitFor();
      held.release();
      await page.getByText(/^After epoch 2: /).waitFor();
      assertNotEquals(await matrixOf(page), first);
      // The mistakes take longer than the matrix.
      await page.waitForFunction(() =>
        !document.querySelector(".insight")?.textContent?.includes("Testing")
      );
    });

    it("shows a past checkpoint if one is chosen, also when newer ones come", async (page) => {
      await page.getByText(/^After epoch 2: /).waitFor();
      const second = await matrixOf(page);
      const select = page.getByLabel("Checkpoint");
      const accuracy = await accuracyOf(run.id(), 1);
      await select.selectOption({ label: `Epoch 1, ${accuracy}` });
      await page.getByText(`After epoch 1: ${accuracy} of`).waitFor();
      assertNotEquals(await matrixOf(page), second);
      await run.learn();
      await page.getByText("Newest: epoch 3").waitFor({ state: "attached" });
      await page.getByText(`After epoch 1: ${accuracy} of`).waitFor();
      await select.selectOption({ label: "Newest: epoch 3" });
      await page.getByText(/^After epoch 3: /).waitFor();
    });

    it("keeps its pictures as files, of the checkpoint that is looked at", async (page) => {
      const select = page.getByLabel("Checkpoint");
      await select.selectOption({ label: `Epoch 1, ${await accuracyOf(run.id(), 1)}` });
      await page.getByText(/^After epoch 1: /).waitFor();
      const keep = async (name: string) => {
        const downloading = page.waitForEvent("download");
        await page.getByRole("link", { name }).click();
        const download = await downloading;
        return {
          name: download.suggestedFilename(),
          bytes: await Deno.readFile(await download.path()),
        };
      };
      const step = LEARNING_SPEC.trainSamples / LEARNING_SPEC.batchSize;
      const matrix = await keep("Confusion matrix, SVG");
      assertEquals(matrix.name, `confusion-step-${step}.svg`);
      assertMatch(new TextDecoder().decode(matrix.bytes), /^<svg [^]*epoch 1\b/);
      const kernels = await keep("Kernels, PNG");
      assertEquals(kernels.name, `kernels-step-${step}.png`);
      assertEquals([...kernels.bytes.slice(1, 4)], [...new TextEncoder().encode("PNG")]);
    });
  });

  describe("a digit that is drawn", () => {
    shareVisit("for a run that has ended", "Draw a digit", LEARNING_SPEC.epochs, (it) => {
      for (const [name, digit] of [["one", 1], ["seven", 7], ["zero", 0], ["three", 3]] as const) {
        it(`is classified right: a ${name}`, async (page) => {
          await draw(page, DIGITS[name]);
          await page.locator(".guess-class", { hasText: String(digit) }).waitFor();
          assert(await share(page, digit) > 50);
          const all = await Promise.all(Array.from({ length: 10 }, (_, at) => share(page, at)));
          assert(Math.abs(sum(all) - 100) < 0.2);
          await clear(page);
        });
      }

      it("is answered within the blink of an eye", async (page /* measured, and logged */) => {
        await draw(page, DIGITS.one); // The network is loaded.
        await page.locator(".guess-class").waitFor();
        await page.evaluate(measureAnswers);
        await page.getByRole("button", { name: "Clear" }).click();
        await draw(page, DIGITS.three, 12);
        await page.locator(".guess-class", { hasText: "3" }).waitFor();
        const times = await page.evaluate(() =>
          (globalThis as unknown as { answerTimes: number[] }).answerTimes.toSorted((a, b) => a - b)
        );
        assert(times.length > 3);
        const at = (share: number) => times[Math.floor(share * (times.length - 1))]?.toFixed(0);
        console.log(
          `From the stroke to the bars: ${at(0.5)} ms (median of ${times.length}), ${
            at(1)
          } ms at most.`,
        );
        await clear(page);
      });

      it("can be a test digit for users of the keyboard, and is announced to screen readers", async (page) => {
        await page.getByRole("button", { name: "Random test digit" }).focus();
        await page.keyboard.press("Enter");
        const note = page.getByText(/^Test sample \d+, labelled \d\.$/);
        await note.waitFor();
        const guessed = await page.locator(".guess-class").innerText();
        const told = page.getByRole("status").filter({ hasText: "confidence" });
        assertMatch(await told.innerText(), new RegExp(`^An? ${guessed}, confidence [\\d.]+%`));
        await clear(page);
      });

      it("loses its last stroke by Undo, and only that", async (page) => {
        await draw(page, DIGITS.one);
        await page.locator(".guess-class", { hasText: "1" }).waitFor();
        const one = await drawing(page);
        await draw(page, [[[0.2, 0.2], [0.8, 0.2]]]);
        assertNotEquals(await drawing(page), one);
        await page.getByRole("button", { name: "Undo" }).click();
        await page.waitForFunction(
          (one) => document.querySelector<HTMLCanvasElement>(".drawing-area")?.toDataURL() === one,
          one,
        );
        await page.getByRole("button", { name: "Undo" }).click();
        await page.getByText("Draw a digit here").waitFor();
        assert(await page.getByRole("button", { name: "Undo" }).isDisabled());
      });
    });

    shareVisit("for a run that learns on", "Draw a digit", 0, (it, run) => {
      it("waits for the first checkpoint with the answer", async (page) => {
        await page.getByText("This run has no checkpoint yet.").waitFor();
        await draw(page, DIGITS.one);
        await findsNothing(page);
        await run.learn();
        await page.locator(".guess-class", { hasText: "1" }).waitFor();
        await clear(page);
      });

      it("is followed while the pen moves: one question at a time, the newest next", async (page) => {
        const asked: number[][] = [];
        let underWay = 0;
        let most = 0;
        const gate = Promise.withResolvers<void>();
        await page.route("**/graphql", async (route) => {
          const { query, variables } = route.request().postDataJSON();
          if (!query.startsWith("query Predict")) return await route.continue();
          asked.push(variables.pixels);
          most = Math.max(most, ++underWay);
          await gate.promise;
          const response = await route.fetch();
          underWay--;
          await route.fulfill({ response });
        });
        await draw(page, DIGITS.seven);
        await page.waitForFunction(() =>
          document.querySelector(".drawing-area")?.getAttribute("aria-label") === "Your drawing"
        );
        gate.resolve();
        await page.locator(".guess-class").waitFor();
        assertEquals(most, 1);
        await page.unrouteAll({ behavior: "wait" });
        assert(asked.length >= 2 && asked.length <= 4, `asked ${asked.length} times`);
        const [first = [], last = []] = [asked[0], asked.at(-1)];
        assert(sum(last) > sum(first), "the last question must be about all of the seven");
        await clear(page);
      });

      it("is asked about anew when the run has learned more, and by a past checkpoint", async (page) => {
        await draw(page, DIGITS.seven);
        await page.getByText("(epoch 1)").first().waitFor();
        await page.locator(".bars[aria-busy=false]").waitFor();
        const before = await share(page, 7);
        await run.learn();
        await page.getByText("(epoch 2)").first().waitFor();
        assertNotEquals(await share(page, 7), before);
        await page.getByLabel("Checkpoint").selectOption({
          label: `Epoch 1, ${await accuracyOf(run.id(), 1)}`,
        });
        await page.getByText("(epoch 1)").first().waitFor();
        assertEquals(await share(page, 7), before);
      });
    });

    it("stays when the server is away, and is answered when it is back", async () => {
      const { page } = await open("Draw a digit", LEARNING_SPEC.epochs);
      await draw(page, DIGITS.one);
      await page.locator(".guess-class", { hasText: "1" }).waitFor();
      visits.expectProblems(/ERR_|Failed to load/);
      const drawn = await drawing(page);
      await page.route("**/graphql", (route) => route.abort());
      await page.getByRole("button", { name: "Undo" }).click();
      await draw(page, DIGITS.seven);
      const error = page.locator(".run .panel-error");
      await error.getByText("The server cannot be reached.").waitFor();
      assertNotEquals(await drawing(page), drawn);
      await page.unroute("**/graphql");
      await page.locator(".guess-class", { hasText: "7" }).waitFor();
      assertEquals(await error.count(), 0);
    });

    it("stays when it is asked of another run", async () => {
      const other = await teacher.start("another one");
      await other.finish();
      const { page } = await open("Draw a digit", 1);
      await draw(page, DIGITS.seven);
      await page.getByText("(epoch 1)").first().waitFor();
      await page.getByRole("button", { name: /^another one/ }).first().click();
      await page.getByText("(epoch 3)").first().waitFor();
      await page.locator(".guess-class", { hasText: "7" }).waitFor();
    });

    it("can be drawn by finger, which does not scroll the page", async () => {
      const { page } = await open("Draw a digit", LEARNING_SPEC.epochs, {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
      });
      const area = await areaOf(page);
      const scrolled = await page.locator(".panel").evaluate((panel) => panel.scrollTop);
      const client = await page.context().newCDPSession(page);
      const [stroke] = DIGITS.one;
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", places: Stroke) =>
        client.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: places.map(([x, y]) => ({
            x: area.x + x * area.width,
            y: area.y + y * area.height,
          })),
        });
      await touch("touchStart", [stroke[0]]);
      for (const place of stroke) await touch("touchMove", [place]);
      await touch("touchEnd", []);
      await page.locator(".guess-class", { hasText: "1" }).waitFor();
      assertEquals(await page.locator(".panel").evaluate((panel) => panel.scrollTop), scrolled);
    });
  });

  for (
    const [name, look] of [
      ["light and wide", { colorScheme: "light", viewport: { width: 1800, height: 1100 } }],
      ["dark and narrow", { colorScheme: "dark", viewport: { width: 390, height: 844 } }],
    ] as const
  ) {
    it(`has nothing serious that axe-core finds, ${name}`, async () => {
      const { page } = await open("Evaluation", 1, look);
      const { label, predicted } = mostFrequentMistake(await matrixOf(page));
      await page.locator(".mistake").first().waitFor();
      await page.locator(".kernels img").waitFor();
      await findsNothing(page);
      await cell(page, label, predicted).click();
      await page.getByRole("button", { name: "All mistakes" }).waitFor();
      await findsNothing(page);
      await page.getByRole("button", { name: "Draw a digit", exact: true }).click();
      await page.getByText("Draw to see the prediction.").waitFor();
      await findsNothing(page);
      await draw(page, DIGITS.seven);
      await page.locator(".guess-class").waitFor();
      await findsNothing(page);
    });
  }
});

function cell(page: Page, label: number, predicted: number): Locator {
  return page.locator(`[data-cell="${label} ${predicted}"]`);
}

/** Reads the counts from the page. */
async function matrixOf(page: Page): Promise<number[][]> {
  await page.locator(".confusion-cell").first().waitFor();
  return await page.locator(".confusion-table tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent)))
  );
}

function mostFrequentMistake(matrix: readonly (readonly number[])[]) {
  const cells = matrix.flatMap((row, label) =>
    row.map((times, predicted) => ({ label, predicted, times }))
  );
  const [most] = cells
    .filter(({ label, predicted, times }) => label !== predicted && times > 1)
    .toSorted((a, b) => b.times - a.times);
  return most ?? fail("A network that makes no mistake twice tests nothing.");
}

function takenFor(label: number, predicted: number, times: number): string {
  return `${label} predicted as ${predicted}: ${times}`;
}

/** Waits for this many errors: '4 → 9' each. */
async function mistakes(page: Page, expected: number): Promise<string[]> {
  await page.waitForFunction(
    (expected) =>
      document.querySelectorAll(".mistakes[aria-busy=false] .mistake").length === expected,
    expected,
  );
  const texts = await page.locator(".mistake-labels").allInnerTexts();
  return texts.map((text) => text.replace(/\s+[\d.]+%$/, ""));
}

async function areaOf(page: Page) {
  const area = page.locator(".drawing-area");
  await area.scrollIntoViewIfNeeded();
  return await area.boundingBox() ?? fail("The drawing area must be in sight.");
}

/** Clears the drawing. */
async function clear(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Draw to see the prediction.").waitFor();
}

/** Draws strokes with the mouse. */
async function draw(page: Page, strokes: readonly Stroke[], steps = 4): Promise<void> {
  const { x, y, width, height } = await areaOf(page);
  for (const [start, ...others] of strokes) {
    if (!start) continue;
    await page.mouse.move(x + start[0] * width, y + start[1] * height);
    await page.mouse.down();
    for (const place of others) {
      await page.mouse.move(x + place[0] * width, y + place[1] * height, { steps });
    }
    await page.mouse.up();
  }
}

/** Returns the content of the drawing area. */
function drawing(page: Page): Promise<string> {
  return page.locator(".drawing-area").evaluate((area: HTMLCanvasElement) => area.toDataURL());
}

/** Returns the probability of a digit, in percent. */
async function share(page: Page, digit: number): Promise<number> {
  return parseFloat(await page.locator(".bar-number").nth(digit).innerText());
}

/** Delays the answers to an operation. */
async function hold(page: Page, operation: string): Promise<{ release(): void }> {
  const gate = Promise.withResolvers<void>();
  await page.route("**/graphql", async (route: Route) => {
    const { query } = route.request().postDataJSON();
    if (query.startsWith(`query ${operation}`)) await gate.promise;
    await route.continue();
  });
  return { release: gate.resolve };
}

/**
 * Runs in the page: measures from the pen's last move before each request to the frame after its answer, in
 * milliseconds.
 */
function measureAnswers(): void {
  const times: number[] = [];
  let moved = 0;
  document.querySelector(".drawing-area")?.addEventListener("pointermove", () => {
    moved = performance.now();
  }, { capture: true });
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const since = moved;
    const response = await original(input, init);
    if (since > 0 && String(init?.body).includes("query Predict")) {
      requestAnimationFrame(() =>
        requestAnimationFrame(() => times.push(performance.now() - since))
      );
    }
    return response;
  };
  Object.assign(globalThis, { answerTimes: times });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
