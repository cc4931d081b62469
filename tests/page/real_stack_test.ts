/// <reference lib="dom" />
/**
 * The whole product: the page in a real browser, main.ts with its own permissions, its worker, the native engine
 * and MNIST.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { downloadDataset } from "../../data/storage/download.ts";
import { kernelsFile, ROOT } from "../../native/paths.ts";
import { serverPermissions } from "../../server/permissions.ts";
import { freePort } from "../../tools/processes.ts";
import { buildPage } from "../../web/build/build_page.ts";
import { skipReason } from "../../tools/chromium.ts";
import {
  epochsAre,
  execute,
  openTab,
  pointsAre,
  pointsOver,
  responseHas,
  SERVER_AWAY,
  startButton,
  stateIs,
} from "./looks.ts";
import { colouredImages, hue, hueImages, png, zipOf } from "../support/image_files.ts";
import { post } from "../support/http.ts";
import { importZip } from "../support/imported_server.ts";
import { until } from "../support/until.ts";
import { type ServerProcess, startServerProcess } from "../support/program.ts";
import { shareBrowser } from "./shared_browser.ts";
import { createVisits } from "./visits.ts";

const hasEngine = await Deno.stat(kernelsFile()).then(() => true, () => false);
const skip = skipReason ??
  (hasEngine ? undefined : "the native engine must be set up: deno task setup");
if (skip) console.warn(`The tests of the page on the real stack are skipped: ${skip}.`);

const CLASSES = 100;

const shared = shareBrowser();

describe("the page on the real stack", { ignore: skip !== undefined }, () => {
  let home: string;
  let server: ServerProcess;
  let browser: Browser;
  const visits = createVisits(() => ({ browser, origin: server.origin }));
  const { open } = visits;

  before(async () => {
    home = await Deno.makeTempDir({ prefix: "epochql-real-" });
    await Promise.all([buildPage(), downloadDataset("mnist", join(home, "data"), () => {})]);
    [server, browser] = await Promise.all([start(home, freePort()), shared.open()]);
  });
  after(async () => {
    await shared.close();
    await server?.stop();
    await Deno.remove(home, { recursive: true });
  });
  const ask = async (query: string, variables?: Readonly<Record<string, unknown>>) => {
    const { data, errors } = await (await post(server.origin, { query, variables })).json();
    assertEquals(errors, undefined);
    return data;
  };
  it("trains from one press to the last epoch, on MNIST", () =>
    visits.check(async () => {
      const page = await open({}, "/new");
      await choose(page, {
        Epochs: "2",
        "Train samples": "2000",
        "Test samples": "500",
        Seed: "1",
      });
      await startButton(page).click();
      await pointsOver(page, 0);
      await stateIs(page, "completed");
      await epochsAre(page, [2, 1]);
      await pointsAre(page, 2 * Math.ceil(2000 / 32));
      assertMatch(await page.locator(".run-facts").innerText(), /CPU \(.+ threads?\)/);
      const accuracy = parseFloat(
        await page.locator(".run .table tbody tr").first().locator("td").nth(2).innerText(),
      );
      assert(accuracy > 40, `chance is 10%, got ${accuracy}%`);
    }));

  it("watches without arguments in GraphiQL what is started there", () =>
    visits.check(async () => {
      const query = `mutation Small {
    startTraining(input: { trainSamples: 320, testSamples: 100, epochs: 9999 }) { run { id state } }
  }`;
      const page = await open({}, `/?query=${encodeURIComponent(query)}`);
      await execute(page);
      await responseHas(page, /"state": "QUEUED"/);
      await openTab(page, "Watch");
      await execute(page);
      await responseHas(page, /"number": \d+, "trainAcc": [01]/);
      await endRun(server.origin);
    }));

  it("loses no point when the server is killed in mid-run", () =>
    visits.check(async () => {
      const page = await open({}, "/new");
      await choose(page, { Epochs: "6", "Train samples": "5000", "Test samples": "500" });
      await startButton(page).click();
      await page.locator(".run .table tbody tr").first().waitFor();
      visits.expectProblems(SERVER_AWAY);
      await server.stop("SIGKILL");
      await page.getByText("Connection lost. Reconnecting…").waitFor();
      server = await start(home, Number(new URL(server.origin).port));
      await stateIs(page, "completed");
      await epochsAre(page, [6, 5, 4, 3, 2, 1]);
      await pointsAre(page, 6 * Math.ceil(5000 / 32));
    }));

  it("shows the real use of the machine by a training", () =>
    visits.check(async () => {
      const page = await open({}, "/new");
      await choose(page, { Epochs: "4000", "Train samples": "5000", "Test samples": "500" });
      await startButton(page).click();
      const machine = page.getByRole("region", { name: "Use of the machine" });
      const cpu = machine.getByRole("img", { name: /^CPU: between / });
      const memory = machine.getByRole("img", { name: /^Memory: between / });
      const speed = machine.getByRole("img", { name: /^Speed: between / });
      const lastOf = async (curve: Locator) =>
        (await curve.getAttribute("aria-label"))?.replace(/^.*, last /, "") ?? "";
      const cores = parseFloat(await lastOf(cpu));
      assert(cores > 0 && cores <= 1.1 * navigator.hardwareConcurrency, `${cores} cores`);
      assertMatch(await lastOf(memory), /^[\d.]+ [MG]B$/);
      assertMatch(await lastOf(speed), /^[\d,]{3,} samples\/s$/);
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      await page.getByRole("button", { name: "Cancel the training" }).click();
      await stateIs(page, "cancelled");
    }));

  it("learns the classes of a zip that is dropped on it, and predicts that of a new photo", () =>
    visits.check(async () => {
      const page = await open({}, "/data");
      await page.getByRole("button", { name: "Import…" }).click();
      await page.getByLabel("File to import").setInputFiles({
        name: "colours.zip",
        mimeType: "application/zip",
        buffer: Buffer.from(await zipOf(colouredImages(60))),
      });
      const dialog = page.getByRole("dialog", { name: "Import a dataset" });
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByText("3 × 32 × 32 · 3 classes").waitFor();

      await page.goto(new URL("/new", page.url()).href);
      await page.getByLabel("Dataset").selectOption("colours");
      await page.getByText("3 classes").waitFor();
      await choose(page, { Epochs: "8", "Batch size": "12", Seed: "1" });
      await startButton(page).click();
      await stateIs(page, "completed");
      await page.getByText("144 samples of colours").waitFor();
      await page.getByRole("button", { name: "Predict", exact: true }).click();
      for (const [colour, pixel] of [["red", [190, 20, 25]], ["blue", [20, 25, 190]]] as const) {
        await page.getByLabel("Picture to predict").setInputFiles({
          name: `${colour}.png`,
          mimeType: "image/png",
          buffer: Buffer.from(png(90, 70, pixel)),
        });
        await page.locator(".guess-class", { hasText: colour }).waitFor();
      }
    }));

  it("evaluates a run on a table, and predicts from the features of a row", () =>
    visits.check(async () => {
      const rows = Array.from({ length: 90 }, (_, row) => `${row % 3},${40 + row / 9},${row % 3}`);
      const zip = await zipOf({ "table.csv": ["size,weight,kind", ...rows].join("\n") });
      await importZip({ origin: server.origin, ask }, "table", zip, { csv: { label: "kind" } });
      const { startTraining: { run } } = await ask(
        "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
        {
          input: {
            ...{ dataset: "table", network: { preset: "MLP" } },
            ...{ epochs: 20, batchSize: 8, learningRate: 0.1, seed: 1 },
          },
        },
      );
      const page = await open({}, `/runs/${run.id}`);
      await stateIs(page, "completed");
      await page.getByRole("button", { name: "Evaluation", exact: true }).click();
      await page.getByText(/^After epoch 20: .+ test samples correct\./).waitFor();
      const evaluation = page.getByRole("region", { name: "Evaluation" });
      await evaluation.getByText("Confusion matrix").waitFor();
      assertEquals(await evaluation.getByRole("alert").count(), 0);
      assertEquals(await evaluation.getByText(/Kernels|filters|mistakes/i).count(), 0);

      await page.getByRole("button", { name: "Predict", exact: true }).click();
      assertEquals(await page.getByLabel("size").inputValue(), "1");
      for (const kind of ["0", "2"]) {
        await page.getByLabel("size").fill(kind);
        await page.locator(".guess-class", { hasText: kind }).waitFor();
      }
      await page.getByLabel("size").fill("two");
      await page.getByText("A sample has 2 numbers.").waitFor();
    }));

  describe("the evaluation of a run on 100 classes in colour", () => {
    let run = "";

    before(async () => {
      const zip = await zipOf(hueImages(CLASSES, 3));
      await importZip({ origin: server.origin, ask }, "hues", zip, { testShare: 0.34 });
      const { startTraining } = await ask(
        "mutation ($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
        { input: { dataset: "hues", network: { preset: "LENET" }, epochs: 1, seed: 1 } },
      );
      run = startTraining.run.id;
      await until("the run is completed", async () => {
        const found = await ask("query ($id: ID!) { run(id: $id) { state } }", { id: run });
        return found.run.state === "COMPLETED";
      });
    });

    const openEvaluation = async (options: BrowserContextOptions) => {
      const page = await open(options, `/runs/${run}`);
      await page.getByRole("button", { name: "Evaluation", exact: true }).click();
      await page.locator(".mistake").first().waitFor();
      await page.locator(`[data-cell="${CLASSES - 1} ${CLASSES - 1}"]`).waitFor();
      return page;
    };

    it("shows the mistakes in their colours, with their whole names and the most probable classes", () =>
      visits.check(async () => {
        const page = await openEvaluation({ colorScheme: "dark" });
        const shown = await page.locator(".mistake").evaluateAll(readMistakes);
        assertEquals(shown.length, 12);
        for (const { className, colour, filter, isCut, bars } of shown) {
          const at = Number(className.slice("hue ".length));
          assertEquals([className, colour, filter], [className, [...hue(at / CLASSES)], "none"]);
          assert(!isCut);
          assert(bars >= 10 && bars <= 11, `${bars} bars`);
        }
      }));

    for (
      const [name, options] of [
        ["a wide window", { viewport: { width: 1440, height: 900 } }],
        ["a phone", { viewport: { width: 390, height: 844 }, colorScheme: "dark" }],
      ] as const
    ) {
      it(`has a matrix that can be read in ${name}: it scrolls by itself, and names each cell`, () =>
        visits.check(async () => {
          const page = await openEvaluation(options);
          const box = page.locator(".confusion-box");
          const cells = page.locator(".confusion-cell");
          assertEquals(await cells.count(), CLASSES * CLASSES);
          assertEquals(await page.locator(".confusion-table").innerText().then(numbersIn), []);
          const widths = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            document.documentElement.clientWidth,
          ]);
          assertEquals(widths[0], widths[1]);
          assert(await box.evaluate((box) => box.scrollWidth > box.clientWidth));
          const side = await cells.first().evaluate((cell) => cell.getBoundingClientRect().width);
          assert(side >= 8, `a cell must be large enough to be seen, got ${side} px`);

          const last = page.locator(`[data-cell="0 ${CLASSES - 1}"]`);
          await page.locator('[data-cell="0 0"]').focus();
          await page.keyboard.press("End");
          assertMatch(
            await last.getAttribute("aria-label") ?? "",
            /^hue 000 predicted as hue 099: /,
          );
          await page.locator("figcaption", { hasText: "hue 000 predicted as hue 099: " }).waitFor();
          // In sight beside the names of its row, which stay.
          const head = page.locator(".confusion-table tbody th").first();
          const [cell, names, view] = await Promise.all(
            [last, head, box].map((part) => part.boundingBox()),
          );
          assert(cell && names && view);
          assert(cell.x >= names.x + names.width && cell.x + cell.width <= view.x + view.width + 1);
          assert(names.x >= view.x - 1);
        }));
    }
  });

  it("shows MNIST", () =>
    visits.check(async () => {
      const page = await open();
      await page.getByRole("link", { name: "Data" }).click();
      for (const [index, digit] of [5, 0, 4, 1, 9, 2, 1, 3, 1, 4].entries()) {
        await page.getByRole("button", { name: `Sample ${index}: ${digit}`, exact: true })
          .waitFor();
      }
    }));
});

/** Reads the class and the colour of each mistake, in the page. */
function readMistakes(cards: readonly Element[]) {
  return cards.map((card) => {
    const image = card.querySelector("img");
    if (!image) throw new Error("A mistake must have its picture.");
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const [red, green, blue] = context?.getImageData(2, 2, 1, 1).data ?? [];
    const labels = card.querySelector(".mistake-labels");
    return {
      className: card.querySelector('[data-right="true"]')?.textContent ?? "",
      colour: [red, green, blue],
      filter: getComputedStyle(image).filter,
      isCut: labels === null || labels.scrollWidth > labels.clientWidth,
      bars: card.querySelectorAll(".mini-bar").length,
    };
  });
}

/** Returns the numbers that stand alone in a text. */
function numbersIn(text: string): readonly string[] {
  return text.split(/\s*[\n\t]\s*/).filter((word) => /^\d+$/.test(word));
}

/** Cancels the newest run. */
async function endRun(origin: string): Promise<void> {
  const newest = await post(origin, { query: "{ runs(first: 1) { nodes { id } } }" });
  const { data: { runs: { nodes: [{ id }] } } } = await newest.json();
  const query = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { state } } }";
  const cancelled = await post(origin, { query, variables: { id } });
  assertEquals((await cancelled.json()).errors, undefined);
}

async function choose(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.getByText("Settings and network").click();
  for (const [label, value] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}

function start(home: string, port: number): Promise<ServerProcess> {
  return startServerProcess({
    args: [...serverPermissions({ hostname: "127.0.0.1", port, home }), join(ROOT, "main.ts")],
    showsErrors: true,
    env: { PORT: String(port), HOST: "127.0.0.1", EPOCHQL_HOME: home, LOG_LEVEL: "warning" },
  });
}
