/// <reference lib="dom" />
/**
 * Parts of the page that must be seen whole: names in the list of runs, numbers of tables, and outlines of the focus.
 */
import { assert, assertEquals } from "@std/assert";
import type { Locator } from "playwright-core";
import { openEditor, stateIs } from "./looks.ts";
import { describePage } from "./suite.ts";

const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

/** Tells whether all of an element is seen in its box. */
async function isWhole(element: Locator): Promise<boolean> {
  return await element.evaluate((box) =>
    box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight + 1
  );
}

describePage("what a window has room for", (suite) => {
  const { it, open, createRun } = suite;

  it("shows names and facts of runs whole, wide and narrow", async () => {
    await createRun("BASIC_CNN, learning rate 0.00001, batch size 128", { epochs: 1 });
    await createRun("BASIC_CNN sweep of rates", { epochs: 1, learningRate: 0.00001 });
    const page = await open();
    await page.locator(".runs-item").nth(1).waitFor();
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport);
      for (const text of await page.locator(".runs-name, .runs-facts").all()) {
        assert(await isWhole(text), `cut at ${viewport.width} pixels: ${await text.innerText()}`);
      }
      // A pixel too many is a bar below it in browsers that show them.
      for (const pane of await page.locator("html, .runs, .training-main").all()) {
        assert(
          await pane.evaluate((box) =>
            box.scrollWidth <= box.clientWidth ||
            (box !== document.documentElement && getComputedStyle(box).overflowX === "visible")
          ),
          `a pane scrolls sideways at ${viewport.width} pixels`,
        );
      }
    }
  });

  it("shows the numbers of a network whole, wide and narrow", async () => {
    const page = await open({}, "/new");
    await page.getByLabel("Recipe or network").selectOption("RESNET_SMALL");
    const network = page.getByRole("region", { name: "Network" });
    await network.getByText("696,042").waitFor();
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport);
      const isSeen = await network.evaluate((box) => box.scrollWidth <= box.clientWidth);
      assert(isSeen, `cut at ${viewport.width} pixels`);
    }
  });

  it("has the fields of a name in one row, with words that no action of the run has", async () => {
    suite.stage.worker.hold();
    await createRun("first");
    const page = await open();
    await stateIs(page, "running");
    await openEditor(page);
    await page.getByRole("button", { name: "Rename" }).click();
    const parts = await page.locator(".run-renaming > *").all();
    const tops = await Promise.all(
      parts.map((part) => part.evaluate((box) => Math.round(box.getBoundingClientRect().top))),
    );
    assertEquals([tops.length, new Set(tops).size], [3, 1]);
    assertEquals(await page.getByRole("button", { name: "Cancel" }).count(), 1);
    await page.getByRole("button", { name: "Discard" }).click();
    suite.stage.worker.go();
  });

  it("leaves room for the outline of what has the focus beside what scrolls", async () => {
    await createRun("first", { epochs: 1 });
    await suite.stage.idle();
    const page = await open({ viewport: { width: 1440, height: 900 } });
    await page.getByRole("button", { name: "Add a note" }).click();
    for (const label of ["Search runs", "Note"]) {
      const room = await page.getByLabel(label).evaluate((field) => {
        const box = field.closest(".runs, .training-main")?.getBoundingClientRect();
        const { left, right } = field.getBoundingClientRect();
        return box && Math.min(left - box.left, box.right - right);
      });
      assert((room ?? 0) >= 4, `${label} has ${room} pixels`);
    }
  });

  it("shows a comparison whole", async () => {
    for (const learningRate of [0.01, 0.00001]) {
      await createRun(`BASIC_CNN, learning rate ${learningRate}`, {
        ...{ epochs: 1, learningRate, batchSize: 64 },
        ...(learningRate === 0.01 ? { optimizer: { adamW: { weightDecay: 0.05 } } } : {}),
      });
    }
    await suite.stage.idle();
    const page = await open({ viewport: { width: 1440, height: 900 } });
    await page.getByRole("checkbox").nth(1).waitFor();
    for (const tick of await page.getByRole("checkbox").all()) await tick.check();
    await page.getByRole("button", { name: "Compare 2" }).click();
    const table = page.getByRole("region", { name: "Settings and best metrics" });
    await table.getByText("Optimizer").waitFor();
    await table.getByText("(epoch 1)").nth(3).waitFor();
    assert(await table.evaluate((box) => box.scrollWidth <= box.clientWidth));
    const heights = await table.locator("tbody tr").evaluateAll((rows) =>
      rows.map((row) => Math.round(row.getBoundingClientRect().height))
    );
    assert(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0)) <= 1, `${heights}`);
  });
});
