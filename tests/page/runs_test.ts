/// <reference lib="dom" />
/** The list of runs and their comparison, in a real browser. */
import assert from "@std/assert";
import { epochsAre, pointsAre } from "./looks.ts";
import { describePage } from "./suite.ts";

describePage("the list of runs", (suite) => {
  const { it, open, createRun } = suite;

  it("finds runs by words and states, opens them and compares what is ticked", async () => {
    await createRun("slow", { epochs: 2, learningRate: 0.001, seed: 1 });
    await createRun("quick", { epochs: 3, learningRate: 0.01, seed: 2 });
    await createRun("other", { epochs: 1, recipe: "DROPOUT_CNN", seed: 3 });
    await suite.stage.idle();
    await createRun("held", { epochs: 1, seed: 9 });
    suite.stage.worker.hold();
    const page = await open();
    const rows = page.locator(".runs-row");
    const namesAre = (names: readonly string[]) =>
      page.waitForFunction((expected) => {
        const found = [...document.querySelectorAll(".runs-name")].map((name) => name.textContent);
        return JSON.stringify(found) === expected;
      }, JSON.stringify(names));
    await namesAre(["held", "other", "quick", "slow"]);

    await page.getByRole("searchbox").fill("basic 2");
    await namesAre(["quick"]);
    await page.getByRole("searchbox").fill("");
    await page.getByLabel("Show runs that are").selectOption("Not over");
    await namesAre(["held"]);
    await page.getByLabel("Show runs that are").selectOption("All states");
    await namesAre(["held", "other", "quick", "slow"]);

    await rows.getByRole("button", { name: "quick" }).click();
    await page.getByRole("article", { name: "Run quick" }).waitFor();
    await epochsAre(page, [3, 2, 1]);

    const compare = page.getByRole("button", { name: /^Compare/ });
    assert.ok(await compare.isDisabled());
    await page.getByLabel("Compare slow").check();
    await page.getByLabel("Compare quick").check();
    await compare.click();
    const table = page.getByRole("region", { name: "Settings and best metrics" });
    await table.getByText("(epoch 3)").first().waitFor();
    assert.deepEqual(await table.locator("thead th").allInnerTexts(), [
      "Run",
      "Epochs",
      "Learning rate",
      "Seed",
      "Best test acc",
      "Best test loss",
    ]);
    assert.match(
      await table.locator("tr", { hasText: "slow" }).innerText(),
      /\b2\s+0\.001\s+1\b/,
    );
    const best = table.locator("[data-best=true]");
    assert.deepEqual(
      await best.allInnerTexts(),
      await table.locator("tr", { hasText: "quick" }).locator("td").allInnerTexts()
        .then((cells) => cells.slice(-2)),
    );
    await pointsAre(page, 5);
    await page.getByText("The same in all: recipe BASIC_CNN, batch size 32").waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("article", { name: "Run quick" }).waitFor();
  });

  it("compares eight runs at most", async () => {
    for (let number = 1; number <= 9; number++) {
      await createRun(`run ${number}`, { epochs: 1, seed: number });
    }
    const page = await open();
    for (let number = 1; number <= 8; number++) {
      await page.getByLabel(`Compare run ${number}`).check();
    }
    assert.ok(await page.getByLabel("Compare run 9").isDisabled());
    await page.getByLabel("Compare run 1").uncheck();
    assert.ok(await page.getByLabel("Compare run 9").isEnabled());
  });

  it("looks among all runs, also those that were not shown yet", async () => {
    const { store, idle } = suite.stage;
    for (const name of ["needle", ...Array.from({ length: 101 }, (_, index) => `hay ${index}`)]) {
      await store.request(await createRun(name), "cancel");
    }
    await idle();
    const page = await open();
    await page.getByRole("heading", { name: "Runs 102" }).waitFor();
    await page.getByRole("button", { name: "Show older runs" }).waitFor();
    assert.equal(await page.locator(".runs-row").count(), 100);
    await page.getByRole("searchbox").fill("needle");
    await page.locator(".runs-row").getByRole("button", { name: "needle" }).waitFor();
    assert.equal(await page.locator(".runs-row").count(), 1);
  });
});
