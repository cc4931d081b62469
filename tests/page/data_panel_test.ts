/// <reference lib="dom" />
/** The Data panel in a real browser, over a made-up dataset as large as MNIST. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { colouredImages, zipOf } from "../support/image_files.ts";
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
      // One to the right, and as many on as there are columns: the page moves the focus when it has drawn.
      await page.waitForFunction(() =>
        Number(document.activeElement?.getAttribute("data-place")) - 1 > 5
      );
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

    it("imports a zip that is dropped on it, names what was left out, and deletes the dataset", async () => {
      const page = await openData();
      const zip = await zipOf({ ...colouredImages(12), "green/broken.png": "no image" });
      const dropped = await page.evaluateHandle((base64) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], "My Colours.zip"));
        return transfer;
      }, zip.toBase64());
      await page.locator(".data").dispatchEvent("drop", { dataTransfer: dropped });
      const dialog = page.getByRole("dialog", { name: "Import a dataset" });
      assertEquals(await dialog.getByLabel("Name").inputValue(), "my-colours");
      await dialog.getByLabel("Width").fill("16");
      await dialog.getByLabel("Height").fill("12");
      await dialog.getByRole("button", { name: "Import", exact: true }).click();

      await page.getByText("3 × 12 × 16 · 3 classes").waitFor();
      assertEquals(await page.getByText("1 × 28 × 28").count(), 0);
      const image = page.getByRole("button", { name: /^Sample 0: (red|green|blue)$/ }).locator(
        "img",
      );
      const size = await image.evaluate((img: HTMLImageElement) => [
        img.naturalWidth,
        img.naturalHeight,
        getComputedStyle(img).filter,
      ]);
      assertEquals(size, [16, 12, "none"]);
      await page.getByTitle("10 samples").first().waitFor();
      await page.getByRole("button", { name: "red", exact: true }).click();
      await page.getByText("10 samples", { exact: true }).waitFor();
      await page.getByText("1 left out").click();
      await page.getByText("green/broken.png").waitFor();

      await page.getByText("Imported datasets: 1", { exact: true }).click();
      const row = page.getByRole("region", { name: "Imported datasets" }).getByRole("row").nth(1);
      await row.getByText("3 × 12 × 16").waitFor();
      await row.getByRole("cell", { name: "29 + 7", exact: true }).waitFor();
      await row.getByRole("cell", { name: "0", exact: true }).waitFor();
      await page.getByText("Imported datasets: 1", { exact: true }).click();

      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete the dataset" }).click();
      await page.getByText("60,000 samples").waitFor();
      assertEquals(await page.getByLabel("Dataset").locator("option").allInnerTexts(), ["mnist"]);
    });

    it("says why an import was refused or has failed", async () => {
      const page = await openData();
      const choose = async (name: string, files: Record<string, Uint8Array>) => {
        await page.getByRole("button", { name: "Import…" }).click();
        await page.getByLabel("File to import").setInputFiles({
          name,
          mimeType: "application/zip",
          buffer: Buffer.from(await zipOf(files)),
        });
      };
      const dialog = page.getByRole("dialog", { name: "Import a dataset" });
      await choose("mnist.zip", colouredImages(1));
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      await dialog.getByText("a built-in dataset has that name").waitFor();
      await dialog.getByRole("button", { name: "Cancel" }).click();

      await page.getByRole("button", { name: "Import…" }).click();
      await page.getByLabel("File to import").setInputFiles({
        name: "nothing.csv",
        mimeType: "text/csv",
        buffer: Buffer.alloc(0),
      });
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      const refusal = dialog.getByText("The file is empty.", { exact: true });
      await refusal.waitFor();
      await dialog.getByLabel("File to import").setInputFiles({
        name: "two.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("1,2\n"),
      });
      await refusal.waitFor({ state: "detached" });
      await dialog.getByRole("button", { name: "Cancel" }).click();

      await choose("empty.zip", {});
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByText("The import has failed.").waitFor();
      await page.getByText("must hold files, got none").waitFor();
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete the dataset" }).click();
      await page.getByText("60,000 samples").waitFor();
    });

    it("shows the features and the classes of a table, and leads to a training on it", async () => {
      const page = await openData();
      const rows = Array.from({ length: 40 }, (_, row) => `${row % 2},${row},kind ${row % 2}`);
      await page.getByRole("button", { name: "Import…" }).click();
      await page.getByLabel("File to import").setInputFiles({
        name: "rows.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(["size,weight,kind", ...rows].join("\n")),
      });
      const dialog = page.getByRole("dialog", { name: "Import a dataset" });
      await dialog.getByLabel("Column of the labels").fill("kind");
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByText("40 rows with 2 numbers each: 32 to train on, 8 to test.").waitFor();
      const first = page.getByRole("region", { name: "Features" }).getByRole("row").nth(1);
      assertEquals(await first.innerText(), "size\t0.5\t0.5");
      await page.getByRole("region", { name: "Classes" }).getByText("16", { exact: true }).nth(1)
        .waitFor();

      await page.getByRole("link", { name: "Train on it" }).click();
      await page.getByText("2 classes").waitFor();
      await page.locator("select[name=dataset] option:checked", { hasText: "rows" })
        .waitFor({ state: "attached" });
      assertEquals(await page.getByLabel("Recipe or network").inputValue(), "MLP");
      // As the terminal suggests: enough steps, however few samples there are.
      assertEquals(
        await Promise.all(
          ["Batch size", "Epochs", "Learning rate"].map((label) =>
            page.getByLabel(label, { exact: true }).inputValue()
          ),
        ),
        ["16", "50", "0.1"],
      );
      await page.getByRole("link", { name: "Data", exact: true }).click();
      await page.getByLabel("Dataset", { exact: true }).selectOption("rows");
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete the dataset" }).click();
      await page.getByText("60,000 samples").waitFor();
    });

    it("does not list a built-in dataset whose files are not there", async () => {
      const page = await openData();
      const names = await page.getByLabel("Dataset").locator("option").allInnerTexts();
      assert(names.includes("mnist") && !names.includes("fashion-mnist"), names.join(", "));
    });
  });
});
