/// <reference lib="dom" />
/** The list of runs and their comparison, in a real browser. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { epochsAre, pointsAre } from "./looks.ts";
import { describePage } from "./suite.ts";

describePage("the list of runs", (suite) => {
  const { it, open, createRun } = suite;

  it("finds and sorts runs as the server does, opens them and compares what is ticked", async () => {
    await createRun("slow", { epochs: 2, learningRate: 0.001, seed: 1 });
    await createRun("quick", { epochs: 3, learningRate: 0.01, seed: 2 });
    const other = await createRun("other", { epochs: 1, recipe: "DROPOUT_CNN", seed: 3 });
    await suite.stage.store.describe(other, { note: "a needle in the hay" });
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
    const all = ["held", "other", "quick", "slow"];
    await namesAre(all);

    const search = page.getByRole("searchbox");
    await search.fill("basic 2");
    await namesAre(["quick"]);
    await search.fill("NEEDLE hay");
    await namesAre(["other"]);
    await page.getByRole("heading", { name: "Runs 1 matches" }).waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await namesAre(all);
    await page.getByLabel("Show runs that are").selectOption("Active");
    await namesAre(["held"]);
    await page.getByLabel("Show runs that are").selectOption("All states");
    await page.getByLabel("Sort by").selectOption("Last test loss");
    await namesAre(["quick", "slow", "other", "held"]);
    assertMatch(await rows.first().innerText(), /\b0\.\d{4}\b/);
    await page.getByLabel("Sort by").selectOption("Oldest first");
    await namesAre(all.toReversed());
    const least = page.getByLabel("Best test accuracy of at least");
    await least.fill("101");
    await page.getByText("the test accuracy must be between 0 and 100 percent").waitFor();
    await least.fill("93");
    await namesAre(["slow", "quick"]);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByLabel("Sort by").selectOption("Newest first");
    await namesAre(all);

    // Five lines at most: two of a name, two of facts, and the tags.
    const isLow = () => rows.evaluateAll((all) => all.every((row) => row.clientHeight <= 130));
    const long = "a name that is longer than any place that a list beside a run has for it";
    await suite.stage.store.describe(other, { name: long, tags: ["one tag", "another tag"] });
    await rows.getByText(long).waitFor();
    assert(await isLow());
    await page.setViewportSize({ width: 390, height: 844 });
    assert(await isLow());
    await page.setViewportSize({ width: 1440, height: 900 });
    await suite.stage.store.describe(other, { name: "other", tags: [] });
    assertMatch(
      await rows.getByText("quick").locator("xpath=ancestor::li").innerText(),
      /^quick\s+completed\s+BASIC_CNN\s· 3\sepochs\s· lr\s0\.01\s· batch\s32\s+best [\d.]+%$/,
    );

    await rows.getByRole("button", { name: "quick" }).click();
    await page.getByRole("article", { name: "Run quick" }).waitFor();
    await epochsAre(page, [3, 2, 1]);

    const compare = page.getByRole("button", { name: /^Compare/ });
    assert(await compare.isDisabled());
    await page.getByLabel("Select slow").check();
    await page.getByLabel("Select quick").check();
    await compare.click();
    const table = page.getByRole("region", { name: "Settings and best metrics" });
    await table.getByText("(epoch 3)").first().waitFor();
    await table.getByRole("columnheader", { name: "Seed" }).waitFor();
    assertEquals(await table.locator("thead th").allInnerTexts(), [
      "Run",
      "Best test acc",
      "Best test loss",
      "Epochs",
      "Learning rate",
      "Seed",
    ]);
    assertMatch(await table.locator("tr", { hasText: "slow" }).innerText(), /\b2\s+0\.001\s+1$/);
    await page.getByRole("button", { name: "Save picture…" }).click();
    const dialog = page.getByRole("dialog", { name: "Save picture" });
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("Figure 1");
    const href = await dialog.getByRole("link", { name: "PDF" }).getAttribute("href") ?? "";
    const picture = await page.request.get(suite.stage.origin + href);
    assertEquals(picture.headers()["content-type"], "application/pdf");
    const shown = dialog.locator(`img[src*="Figure+1"]`);
    assert(await shown.evaluate((image: HTMLImageElement) => image.decode().then(() => true)));
    await dialog.getByRole("button", { name: "Close" }).click();
    const best = table.locator("[data-best=true]");
    assertEquals(
      await best.allInnerTexts(),
      await table.locator("tr", { hasText: "quick" }).locator("td").allInnerTexts()
        .then((cells) => cells.slice(0, 2)),
    );
    await pointsAre(page, 5);
    await table.getByRole("button", { name: "quick" }).click();
    await pointsAre(page, 2);
    await table.getByRole("button", { name: "quick", pressed: false }).click();
    await pointsAre(page, 5);
    await page.getByText("Same for all runs: network BASIC_CNN, dataset mnist, batch size 32")
      .waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("article", { name: "Run quick" }).waitFor();
  });

  it("compares eight runs at most", async () => {
    for (let number = 1; number <= 9; number++) {
      await createRun(`run ${number}`, { epochs: 1, seed: number });
    }
    const page = await open();
    for (let number = 1; number <= 9; number++) {
      await page.getByLabel(`Select run ${number}`).check();
    }
    const compare = page.getByRole("button", { name: /^Compare/ });
    assert(await compare.isDisabled());
    await page.getByLabel("Select run 9").uncheck();
    await compare.click();
    await page.getByRole("heading", { name: "Comparing 8 runs" }).waitFor();
    assert(await page.getByLabel("Select run 9").isDisabled());
    await page.getByLabel("Select run 1").uncheck();
    await page.getByRole("heading", { name: "Comparing 7 runs" }).waitFor();
    assert(await page.getByLabel("Select run 9").isEnabled());
  });

  it("tags and deletes the selected runs, and keeps those that have not ended", async () => {
    const { store, idle, worker } = suite.stage;
    const [one = "", two = ""] = [await createRun("one"), await createRun("two")];
    await idle();
    worker.hold();
    const three = await createRun("three");
    const page = await open();
    for (const name of ["one", "two", "three"]) await page.getByLabel(`Select ${name}`).check();
    const selected = page.getByRole("group", { name: "Selected runs" });
    await selected.getByText("3 selected").waitFor();

    await selected.getByRole("button", { name: "Add a tag" }).click();
    // The field has the focus.
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("sweep");
    await page.keyboard.press("Enter");
    await page.locator(".tag-mark", { hasText: "sweep" }).nth(2).waitFor();
    assertEquals((await store.get(three))?.snapshot.tags, ["sweep"]);

    await selected.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete 2 runs?" });
    await dialog.getByText("1 run that has not ended will be kept.").waitFor();
    assertEquals((await dialog.locator("strong").innerText()).split("; ").toSorted(), [
      "one",
      "two",
    ]);
    await dialog.getByRole("button", { name: "Keep them" }).click();
    assert(await store.get(one));
    await selected.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete 2 runs" }).click();
    await selected.getByText("1 selected").waitFor();
    assertEquals([await store.get(one), await store.get(two)], [undefined, undefined]);
    await selected.getByRole("button", { name: "Clear" }).click();
    await selected.waitFor({ state: "detached" });
    assert(await page.getByLabel("Select three").isEnabled());
    worker.go();
  });

  it("lists as many runs as are asked for, and finds one among those that it does not list", async () => {
    const { store, idle, worker } = suite.stage;
    worker.hold();
    await createRun("needle");
    for (let number = 1; number <= 60; number++) {
      await store.request(await createRun(`hay ${number}`), "cancel");
    }
    await store.request(
      (await store.list({ first: 1, search: "needle" })).runs[0]?.id ?? "",
      "cancel",
    );
    worker.go();
    await idle();
    const page = await open();
    await page.getByRole("heading", { name: "Runs 61" }).waitFor();
    assertEquals(await page.locator(".runs-row").count(), 50);
    await page.getByRole("searchbox").fill("needle");
    const needle = page.locator(".runs-row").getByRole("button", { name: "needle" });
    await needle.waitFor();
    await page.getByRole("heading", { name: "Runs 1 matches" }).waitFor();
    assertEquals(await page.locator(".runs-row").count(), 1);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: "Show more of 61 runs" }).click();
    await needle.waitFor();
    assertEquals(await page.locator(".runs-row").count(), 61);
  });

  it("shows what other clients start and tag", async () => {
    const { store, idle } = suite.stage;
    await createRun("first", { epochs: 1 });
    await idle();
    const page = await open();
    await page.getByRole("article", { name: "Run first" }).waitFor();
    const second = await createRun("second", { epochs: 1 });
    const row = page.locator(".runs-row", { hasText: "second" });
    await row.getByText("completed").waitFor();
    await store.describe(second, { tags: ["theirs"] });
    await row.getByText("theirs").waitFor();
    await page.getByLabel("Show runs with the tag").selectOption("theirs (1)");
    await page.getByRole("heading", { name: "Runs 1 matches" }).waitFor();
  });
});
