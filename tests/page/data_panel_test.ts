/// <reference lib="dom" />
/** The Data panel in a real browser, over a made-up dataset as large as MNIST. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { describePage } from "./suite.ts";

describePage("the Data panel", (suite) => {
  const openData = async () => {
    const page = await suite.open();
    await page.getByRole("link", { name: "Data" }).click();
    await page.getByText("60,000 samples").waitFor();
    return page;
  };
  const sample = (page: Page, index: number) =>
    page.getByRole("button", { name: new RegExp(`^Sample ${index}: `) });

  suite.share("a split", openData, (it) => {
    it("has all 60,000 samples within reach and a few of them in the document", async (page) => {
      await sample(page, 0).waitFor();
      await page.locator(".grid").evaluate((grid) => grid.scrollTop = grid.scrollHeight);
      await sample(page, 59_999).waitFor();
      assertEquals(await sample(page, 0).count(), 0);
      assert(await page.locator(".grid-cell").count() < 300);
      const image = sample(page, 59_999).locator("img");
      assertEquals(await image.evaluate((img: HTMLImageElement) => img.naturalWidth), 28);
    });

    it("is walked through by keyboard, and opens a sample", async (page) => {
      await page.locator(".grid").evaluate((grid) => grid.scrollTop = 0);
      await sample(page, 0).focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      const columns = Number(
        await page.evaluate(() => document.activeElement?.getAttribute("data-place")),
      ) - 1;
      assert(columns > 5);
      await page.keyboard.press("End");
      await page.locator('[data-place="59999"]:focus').waitFor();
      await sample(page, 59_999).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Sample 59,999" }).waitFor();
      await page.getByRole("button", { name: "Previous" }).click();
      await page.getByRole("dialog", { name: "Sample 59,998" }).waitFor();
      await page.getByRole("button", { name: "Close", exact: true }).click();
    });

    it("draws two rows of ten, and a batch with its shape", async (page) => {
      const drawn = page.locator(".picture img");
      await page.getByRole("button", { name: "Picture" }).click();
      await drawn.waitFor();
      assert(await drawn.evaluate((img: HTMLImageElement) => img.naturalWidth) > 500);
      await page.getByRole("button", { name: "Batch", exact: true }).click();
      await page.getByText("Batch 1 of 1,875, shape 32 × 1 × 28 × 28").waitFor();
      const first = await drawn.getAttribute("alt");
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByText("Batch 2 of 1,875").waitFor();
      assertNotEquals(await drawn.getAttribute("alt"), first);
    });
  });

  suite.share("a choice", openData, (it) => {
    it("shows one class of one split", async (page) => {
      await page.getByRole("button", { name: "Test 10,000" }).click();
      await page.getByText("10,000 samples", { exact: true }).waitFor();
      await page.getByRole("button", { name: "7", exact: true }).click();
      await page.getByText("1,000 samples", { exact: true }).waitFor();
      await sample(page, 17).waitFor();
      const labels = await page.locator(".grid-cell:not([aria-label=Loading])").evaluateAll(
        (cells) => cells.map((cell) => cell.textContent),
      );
      assertEquals([...new Set(labels)], ["7"]);
    });

    it("says why a dataset cannot be shown", async (page) => {
      await page.getByLabel("Dataset").selectOption("fashion-mnist");
      await page.getByText("Cannot read fashion-mnist").waitFor();
    });
  });
});
