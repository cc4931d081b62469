/** The page by axe-core's rules, in every state, light and dark, wide and narrow. */
import { findsNothing } from "./axe.ts";
import type { Page } from "playwright-core";
import { epochsAre, startButton, stateIs } from "./looks.ts";
import { describePage } from "./suite.ts";

const LOOKS = [
  { name: "light and wide", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { name: "dark and narrow", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

describePage("axe-core", (suite) => {
  const { open, createRun } = suite;
  const openRun = (page: Page, name: string) =>
    page.locator(".runs-row").getByRole("button", { name }).first().click();

  for (const { name, ...look } of LOOKS) {
    suite.share(`finds nothing serious, ${name}`, () => open(look), (it) => {
      it("in the first visit", async (page) => {
        await page.getByText("Nothing has been trained yet.").waitFor();
        await page.getByText("Settings and network").click();
        await page.getByText("102,464").waitFor();
        await findsNothing(page);
        await page.getByLabel("Epochs", { exact: true }).fill("0");
        await startButton(page).click();
        await page.getByText("Must be between 1 and 10,000.").waitFor();
        await findsNothing(page);
      });

      it("in a run, its log and its operations", async (page) => {
        const id = await createRun("a looked at one", { epochs: 2 });
        await suite.stage.store.describe(id, { tags: ["tagged"], note: "Noted." });
        await openRun(page, "a looked at one");
        await stateIs(page, "completed");
        await epochsAre(page, [2, 1]);
        await page.getByRole("button", { name: "Zoom in" }).click();
        await page.getByText(/^Steps [^…]+$/).waitFor();
        await page.getByText("Log", { exact: true }).click();
        await page.getByText("Completed.").waitFor();
        await findsNothing(page);
        await page.getByRole("button", { name: "Edit the note" }).click();
        await page.getByRole("button", { name: "Add a tag" }).click();
        await page.getByRole("button", { name: "Rename" }).click();
        await findsNothing(page);
        await page.getByRole("button", { name: "GraphQL: a looked at one" }).click();
        await findsNothing(page);
        await page.getByRole("button", { name: "Close", exact: true }).click();
      });

      it("in a running run and a comparison", async (page) => {
        await createRun("one", { epochs: 1 });
        await createRun("two", { epochs: 2 });
        await suite.stage.idle();
        const halted = suite.stage.worker.hold();
        await createRun("halted");
        await halted;
        await openRun(page, "halted");
        await stateIs(page, "running");
        await findsNothing(page);
        await page.getByLabel("Select one").check();
        await page.getByLabel("Select two").check();
        await page.getByRole("button", { name: "Compare 2" }).click();
        await page.getByText("(epoch 2)").first().waitFor();
        await findsNothing(page);
        suite.stage.worker.go();
      });

      it("in the Data panel", async (page) => {
        await page.getByRole("link", { name: "Data" }).click();
        await page.getByRole("button", { name: "Sample 0: 0" }).waitFor();
        await findsNothing(page);
        await page.getByRole("button", { name: "Sample 3: 3" }).click();
        await findsNothing(page);
        await page.getByRole("button", { name: "Close", exact: true }).click();
        await page.getByRole("button", { name: "Picture" }).click();
        await page.locator(".picture img").waitFor();
        await findsNothing(page);
      });
    });
  }
});
