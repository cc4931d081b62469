/// <reference lib="dom" />
/** The datasets of the Data view in a real browser: their addresses, and the imports that have failed. */
import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { describePage } from "./suite.ts";

/** Imports a table by the form, and shows it. */
async function importTable(page: Page, name: string, content: string): Promise<void> {
  await page.getByRole("button", { name: "Import…" }).click();
  const dialog = page.getByRole("dialog", { name: "Import a dataset" });
  await dialog.getByLabel("File to import").setInputFiles({
    name: `${name}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(content),
  });
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

const ROWS = Array.from({ length: 40 }, (_, row) => `${row % 2},${row},kind ${row % 2}`).join("\n");

describePage("a dataset of the Data view", (suite) => {
  const pathOf = (page: Page) => new URL(page.url()).pathname;
  const titleIs = (page: Page, title: string) =>
    page.waitForFunction((title) => document.title === title, title);

  suite.it("has an address and a title, which outlive a reload and go back", async () => {
    const page = await suite.open({}, "/data");
    await titleIs(page, "mnist · Data · epochql");
    await importTable(page, "iris", ROWS);
    await page.getByText("2 features · 2 classes").waitFor();
    assertEquals(pathOf(page), "/data/iris");
    await titleIs(page, "iris · Data · epochql");
    await page.reload();
    await page.getByText("2 features · 2 classes").waitFor();
    await titleIs(page, "iris · Data · epochql");
    await page.getByLabel("Dataset").selectOption("mnist");
    await page.getByText("60,000 samples").waitFor();
    assertEquals(pathOf(page), "/data/mnist");
    await page.goBack();
    await page.getByText("2 features · 2 classes").waitFor();
    await page.goForward();
    await page.getByText("60,000 samples").waitFor();

    await page.getByLabel("Dataset").selectOption("iris");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete the dataset" }).click();
    await titleIs(page, "mnist · Data · epochql");
    assertEquals(pathOf(page), "/data");
  });

  suite.it("is missed by its name where there is none", async () => {
    const page = await suite.open({}, "/data/nothing");
    await page.getByText("There is no dataset 'nothing'.").waitFor();
    await page.getByLabel("Dataset").selectOption("mnist");
    await page.getByText("60,000 samples").waitFor();
    assertEquals(await page.getByText("There is no dataset").count(), 0);
  });

  suite.it("is where the facts of a run on it lead", async () => {
    await suite.createRun("on digits", { epochs: 1 });
    await suite.stage.idle();
    const page = await suite.open();
    await page.getByRole("link", { name: "mnist", exact: true }).click();
    await titleIs(page, "mnist · Data · epochql");
    assertEquals(pathOf(page), "/data/mnist");
  });

  suite.it("stands before imports that have failed, which one click clears", async () => {
    const page = await suite.open({}, "/data");
    for (const name of ["a-table", "b-table"]) {
      await importTable(page, name, "1\n2\n");
      await page.getByText("The import has failed.").waitFor();
      await titleIs(page, `${name} · Data · epochql`);
    }
    const failed = page.getByLabel("Dataset").locator("optgroup[label='Not imported']");
    assertEquals(await failed.locator("option").allInnerTexts(), [
      "a-table (failed)",
      "b-table (failed)",
    ]);
    const first = page.getByLabel("Dataset").locator("option").first();
    assertEquals(await first.innerText(), "mnist");
    const clear = page.getByRole("button", { name: "Clear 2 failed imports" });
    await clear.click();
    await page.getByText("60,000 samples").waitFor();
    assertEquals(await clear.count(), 0);
    assertEquals(await failed.count(), 0);
  });
});
