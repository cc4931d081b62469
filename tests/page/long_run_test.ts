/// <reference lib="dom" />
/** Long runs in a real browser: opened at once, thinned out, and zoomed to single steps. */
import { assert, assertEquals, fail } from "@std/assert";
import type { Page } from "playwright-core";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { RunEventBody } from "../../runs/log/event.ts";
import { SHOWN_STEPS } from "../../pictures/trend.ts";
import { curves } from "./looks.ts";
import type { Stage } from "./stage.ts";
import { describePage } from "./suite.ts";

const STEPS = 20_000;
const EPOCHS = 10;
const GROUP = 100;

describePage("a long run", (suite) => {
  const { it, open } = suite;

  it("is drawn to its last step by few points, and single steps where someone looks closer", async () => {
    await logLongRun(suite.stage);
    const page = await open();
    await page.locator(`.curves[data-step="${STEPS}"]`).waitFor();
    assertEquals(await shownPoints(page), SHOWN_STEPS);

    // Across about a quarter of the left panel.
    const { x, y, width, height } = await curves(page).boundingBox() ?? fail("no chart");
    await page.mouse.move(x + 0.2 * width, y + 0.5 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.3 * width, y + 0.5 * height, { steps: 4 });
    await page.mouse.up();
    const note = page.getByText(/^Steps [\d,]+ to [\d,]+, 1,000 of them$/);
    await note.waitFor();
    const [from = 0, to = 0] = (await note.innerText()).replaceAll(",", "").match(/\d+/g) ?? [];
    assert(Number(from) > 0.2 * STEPS && Number(to) < 0.6 * STEPS, `${from} to ${to}`);

    while (!await page.getByText(/^Steps [\d,]+ to [\d,]+, every one$/).isVisible()) {
      await page.getByRole("button", { name: "Zoom in" }).click();
      await page.getByText(/^Steps [^…]+$/).waitFor();
    }
    // Around the stretch there are as few points as before.
    const text = await page.getByText(/^Steps .+, every one$/).innerText();
    const [first = 0, last = 0] = text.replaceAll(",", "").match(/\d+/g)?.map(Number) ?? [];
    const within = last - first + 1;
    assert(within > 400 && within <= SHOWN_STEPS, text);
    const around = await shownPoints(page) - within;
    assert(around > 0.9 * SHOWN_STEPS * (1 - within / STEPS) && around < SHOWN_STEPS, text);

    await page.getByRole("button", { name: "Reset zoom" }).click();
    await page.getByText("Drag to zoom.").waitFor();
    assertEquals(await shownPoints(page), SHOWN_STEPS);
  });
});

async function shownPoints(page: Page): Promise<number> {
  return Number(await curves(page).getAttribute("data-points"));
}

/** Logs a run that another worker has trained. */
async function logLongRun({ store }: Stage): Promise<void> {
  const sizes = { trainSize: STEPS / EPOCHS, testSize: 10 };
  const spec = resolveSpec({ epochs: EPOCHS, batchSize: 1 }, sizes);
  const worker = "another";
  const { run } = await store.create({ name: "long", spec, worker });
  const claim = await store.claim({ worker, leaseMs: 60_000, runId: run.id });
  const groups = Array.from({ length: STEPS / GROUP }, (_, at) => group(1 + at * GROUP));
  await store.append(claim ?? fail("nothing to claim"), 1, [
    {
      ...{ type: "started", device: "d", engine: "e", parameters: 1 },
      ...{ stepsPerEpoch: STEPS / EPOCHS, steps: STEPS },
    },
    ...groups,
    { type: "completed" },
  ]);
}

function group(firstStep: number): RunEventBody {
  const steps = Array.from({ length: GROUP }, (_, at) => firstStep + at);
  return {
    type: "batches",
    epoch: Math.ceil(firstStep * EPOCHS / STEPS),
    firstStep,
    losses: steps.map((step) => Math.fround(1 / (1 + step / 1000) + 0.2 * Math.sin(step) ** 2)),
    accs: steps.map((step) => Math.fround(1 - 0.5 / (1 + step / 1000))),
    samplesPerSecond: 1,
  };
}
