/// <reference lib="dom" />
/** One's own network in the page: the editor of layers, its problems and its shapes, in a real browser. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import type { Page } from "playwright-core";
import { epochsAre, startButton, stateIs } from "./looks.ts";
import { describePage } from "./suite.ts";

/** Writes layers in the editor, in place of what is there. */
async function writeLayers(page: Page, text: string): Promise<void> {
  const editor = page.getByTestId("layers");
  await editor.locator(".view-line").first().waitFor();
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  // Pasted: the editor would close what is typed by itself.
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(paste);
  }, text);
}

/** All settings of a training. */
const WHOLE_TRAINING = [
  ...["name: mine", "network:", "  layers:", "    - flatten: {}", "    - linear: {}"],
  ...["optimizer: { adamW: { weightDecay: 0.05 } }", "epochs: 2", "seed: 7"],
].join("\n");

describePage("the form of a network", (suite) => {
  const { it, open } = suite;

  it("starts a preset with the chosen optimizer and schedule", async () => {
    const page = await open();
    await page.getByLabel("Recipe or network").selectOption("MLP");
    await page.getByText("535,818 parameters").waitFor();
    await page.getByLabel("Epochs", { exact: true }).fill("2");
    await page.getByLabel("Optimizer").selectOption("adam");
    await page.getByLabel("beta1").fill("0.8");
    await page.getByText("2 epochs · batches of 64 · Adam · learning rate 0.01").waitFor();
    await page.getByLabel("Learning rate schedule").selectOption("cosine");
    await page.getByRole("img", { name: /^Learning rate from 0.01 to / }).waitFor();
    await startButton(page).click();
    await stateIs(page, "completed");
    await epochsAre(page, [2, 1]);
    assertMatch(await page.locator(".run-name").innerText(), /^MLP, seed \d+$/);
    const [run] = (await suite.stage.store.list({ first: 1 })).runs;
    assertEquals(run?.spec.optimizer, {
      kind: "adam",
      beta1: 0.8,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
    });
    assertEquals(run?.spec.schedule?.kind, "cosine");
  });

  it("starts a training for each of several values with one seed, and compares them", async () => {
    const page = await open();
    await page.getByText("Settings and network").click();
    await page.getByLabel("Epochs", { exact: true }).fill("1");
    const rate = page.getByLabel("Learning rate", { exact: true });
    await rate.fill("0.1 200");
    await page.getByText("learning rates 0.1, 200").waitFor();
    await page.getByRole("button", { name: "Start 2 trainings" }).click();
    await page.getByText("Not started: 1 field is wrong.").waitFor();
    await page.getByText("Must be above 0 and at most 100.").waitFor();
    assertEquals((await suite.stage.store.list({ first: 3 })).runs, []);

    await rate.fill("0.1 0.01 0.001");
    await page.getByRole("button", { name: "Start 3 trainings" }).click();
    await page.getByRole("heading", { name: "Comparing 3 runs" }).waitFor();
    const table = page.getByRole("region", { name: "Settings and best metrics" });
    await table.getByText("(epoch 1)").nth(5).waitFor();
    await table.getByRole("columnheader", { name: "Learning rate" }).waitFor();
    assertEquals(await table.locator("thead th").allInnerTexts(), [
      "Run",
      "Best test acc",
      "Best test loss",
      "Learning rate",
    ]);
    const { runs } = await suite.stage.store.list({ first: 4 });
    assertEquals(new Set(runs.map(({ spec }) => spec.seed)).size, 1);
    assertEquals(runs.map(({ name }) => name).toSorted(), [
      "BASIC_CNN, learning rate 0.001",
      "BASIC_CNN, learning rate 0.01",
      "BASIC_CNN, learning rate 0.1",
    ]);
  });

  it("draws what the chosen augmentation makes of samples, and starts with it", async () => {
    const page = await open();
    await page.getByText("Settings and network").click();
    const add = page.locator("select[name=augmentation]");
    const picture = page.getByAltText("Ten samples above what the augmentation makes of them");
    await add.selectOption("randomCrop");
    await page.getByText("Cannot train: randomCrop must have padding.").waitFor();
    await page.getByLabel("padding").fill("2");
    await picture.waitFor();
    await add.selectOption("rotation");
    await page.getByLabel("degrees").fill("20");
    await add.selectOption("verticalFlip");
    await page.getByRole("button", { name: "Remove verticalFlip" }).click();
    await page.getByRole("button", { name: "Move rotation up" }).click();
    await startButton(page).click();
    await stateIs(page, "completed");
    const [run] = (await suite.stage.store.list({ first: 1 })).runs;
    assertEquals(run?.spec.augmentation, [
      { kind: "rotation", degrees: 20, interpolation: "NEAREST" },
      { kind: "randomCrop", padding: 2 },
    ]);
  });

  it("reads layers in YAML, and is filled in with the settings of a training that are pasted", async () => {
    const page = await open();
    await page.getByLabel("Recipe or network").selectOption("OWN");
    await page.getByText(/^Your layers in YAML, JSON or GraphQL/).waitFor();
    await writeLayers(page, "- flatten: {}\n- linear: { outFeatures: 0 }\n");
    const problems = page.locator(".layers-problems li");
    await problems.getByText(/outFeatures must be/).waitFor();
    assertMatch(await problems.innerText(), /^Line 2/);
    await page.getByLabel("Seed").fill("5");

    await writeLayers(page, WHOLE_TRAINING);
    await page.getByText("The form has been filled in from the text.").waitFor();
    const [seed, epochs] = [page.getByLabel("Seed"), page.getByLabel("Epochs", { exact: true })];
    assertEquals([await seed.inputValue(), await epochs.inputValue()], ["7", "2"]);
    assertEquals(await page.getByLabel("weightDecay").inputValue(), "0.05");
    assertEquals(await page.getByText(/^Changed: /).count(), 0);
    await page.getByRole("button", { name: "Undo" }).click();
    await problems.getByText(/outFeatures must be/).waitFor();
    assertEquals([await seed.inputValue(), await epochs.inputValue()], ["5", ""]);

    await writeLayers(page, WHOLE_TRAINING);
    await page.getByText("The form has been filled in from the text.").waitFor();
    await page.getByTestId("layers").locator(".view-line").first().waitFor();
    // In sight, wherever the form is scrolled to.
    await page.getByLabel("Name", { exact: true }).scrollIntoViewIfNeeded();
    const foot = await startButton(page).boundingBox();
    assert(foot && foot.y + foot.height <= 900, "The button must be in sight.");
    await startButton(page).click();
    await stateIs(page, "completed");
    const [run] = (await suite.stage.store.list({ first: 1 })).runs;
    const { seed: trained, optimizer, network } = run?.spec ?? fail("There is no run.");
    assertEquals([run?.name, trained, optimizer.kind, network.layers.length], [
      ...["mine", 7, "adamW", 2],
    ]);
  });

  it("starts nothing while typed settings are not in the form", async () => {
    const page = await open();
    await page.getByLabel("Recipe or network").selectOption("OWN");
    await page.getByTestId("layers").getByText("outFeatures").first().waitFor();
    await page.getByTestId("layers").click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(
      "{ network: { layers: [{ flatten: {} }, { linear: {} }] } epochs: 2 }",
    );
    const problem = page.locator(".layers-problems").getByText(/settings beside the layers/);
    await problem.waitFor();
    await startButton(page).click();
    await page.getByRole("alert").getByText(/settings beside the layers/).waitFor();
    assertEquals((await suite.stage.store.list({ first: 1 })).runs, []);
    await page.getByRole("button", { name: "Fill in the form with all of them" }).click();
    await page.getByText("The form has been filled in from the text.").waitFor();
    await problem.waitFor({ state: "detached" });
    assertEquals(await page.getByLabel("Epochs", { exact: true }).inputValue(), "2");
  });

  it("warns of a softmax before cross entropy, and of none before another loss", async () => {
    const page = await open();
    await page.getByLabel("Recipe or network").selectOption("LENET");
    await writeLayers(page, "[{ flatten: {} } { linear: {} } { logSoftmax: {} }]");
    const warning = page.locator('.layers-problems [data-severity="warning"]');
    await warning.getByText(/^The loss crossEntropy should follow logits, not logSoftmax/)
      .waitFor();
    await page.getByTestId("layers").locator(".squiggly-warning").first().waitFor();
    await page.getByLabel("Loss", { exact: true }).selectOption("nll");
    await warning.waitFor({ state: "detached" });
    await startButton(page).click();
    await stateIs(page, "completed");
  });

  // None of these starts anything.
  suite.share("that is filled in", open, (it) => {
    it("has the layers beside their shapes, within their box", async (page) => {
      await page.getByLabel("Recipe or network").selectOption("RESNET_SMALL");
      const editor = page.getByTestId("layers");
      await editor.getByText("stage1").first().waitFor();
      const [box, table, field] = await Promise.all([
        editor.boundingBox(),
        page.getByRole("region", { name: "Network" }).boundingBox(),
        page.getByLabel("Epochs", { exact: true }).boundingBox(),
      ]);
      assert(box && table && field);
      assertEquals(Math.round(table.y), Math.round(box.y));
      assert(table.x >= box.x + box.width, "The table must be beside the editor.");
      assert(field.y >= box.y + box.height, "The settings must be below the editor.");
      // Monaco's gutter is as long as the text: its box must clip it.
      const below = { x: box.x + 10, y: box.y + box.height + 40 };
      assertEquals(
        await page.evaluate(
          ({ x, y }) => document.elementFromPoint(x, y)?.closest(".layers-editor") !== null,
          below,
        ),
        false,
      );
    });

    it("shows the API's problem at the field of the part", async (page) => {
      await page.getByLabel("Optimizer").selectOption("sgd");
      await page.getByLabel("momentum").fill("1.5");
      await startButton(page).click();
      await page.locator(".field", { has: page.getByLabel("momentum") })
        .getByText("Must be from 0 to less than 1.").waitFor();
      await page.getByLabel("momentum").fill("");
    });

    it("marks a layer's problem as it is typed, and starts nothing with it", async (page) => {
      await page.getByLabel("Recipe or network").selectOption("LENET");
      const editor = page.getByTestId("layers");
      await editor.getByText("outFeatures").first().waitFor();
      await editor.click();
      await page.keyboard.press("Control+Home");
      // Behind the bracket: a layer that does not fit.
      await page.keyboard.press("End");
      await page.keyboard.insertText(" { maxPool2d: { kernelSize: 29 } }");
      const problem = page.locator(".layers-problems").getByText(/its window of 29/);
      await problem.waitFor();
      await editor.locator(".squiggly-error").first().waitFor();
      assertEquals(await page.getByLabel("Recipe or network").inputValue(), "OWN");
      await startButton(page).click();
      await page.getByRole("alert").getByText(/its window of 29/).waitFor();
      assertEquals(await page.locator(".runs-row").count(), 0);

      await page.getByLabel("Recipe or network").selectOption("RESNET_SMALL");
      await problem.waitFor({ state: "detached" });
      const network = page.getByRole("region", { name: "Network" });
      await network.getByText("696,042").waitFor();
      assertMatch(await network.innerText(), /stage1.0.body.0 Conv2d\s+32 × 28 × 28\s+9,216/);
    });

    it("tells everything that is wrong at once, under its field", async (page) => {
      await page.getByLabel("Recipe or network").selectOption("LENET");
      await writeLayers(page, "[{ linear: { outFeatures: 0 } }]");
      await page.getByLabel("Epochs", { exact: true }).fill("0");
      await page.getByLabel("Batch size").fill("many");
      await page.getByLabel("Learning rate", { exact: true }).fill("-1");
      await startButton(page).click();
      const under = (label: string) =>
        page.locator(".field", { has: page.getByLabel(label, { exact: true }) }).locator(
          ".field-error",
        );
      await under("Learning rate").getByText("Must be above 0 and at most 100.").waitFor();
      await under("Epochs").getByText("Must be between 1 and 10,000.").waitFor();
      await under("Batch size").getByText(/^Must be a whole number, /).waitFor();
      await page.getByRole("alert").getByText(/outFeatures must be/).waitFor();
      assertEquals((await suite.stage.store.list({ first: 1 })).runs, []);
      for (const label of ["Epochs", "Batch size", "Learning rate"]) {
        await page.getByLabel(label, { exact: true }).fill("");
      }
    });

    it("draws the planned learning rates while other settings are incomplete", async (page) => {
      await page.getByLabel("Recipe or network").selectOption("LENET");
      await writeLayers(page, "[{ flatten: {} }");
      await page.getByLabel("Early stopping").selectOption("on");
      await page.getByLabel("Learning rate schedule").selectOption("cosine");
      await page.getByRole("img", { name: /^Learning rate from 0.01 to / }).waitFor();
    });
  });
});
