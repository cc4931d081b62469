/// <reference lib="dom" />
/** A run's problem, shown in a real browser without opening its log. */
import { assertEquals } from "@std/assert";
import { findsNothing } from "./axe.ts";
import { stateIs } from "./looks.ts";
import { HAS_TROUBLE } from "../support/page_worker.ts";
import { describePage } from "./suite.ts";

describePage("a run's trouble", (suite) => {
  const { it, open, createRun } = suite;

  it("is seen as it comes, with its level and time, and its end", async () => {
    const { stage } = suite;
    const halted = stage.worker.hold();
    await createRun(HAS_TROUBLE, { epochs: 1 });
    await halted;
    const page = await open();
    await stateIs(page, "running");
    const trouble = page.getByRole("log", { name: "Trouble" });
    assertEquals(await trouble.getByRole("listitem").count(), 0);
    stage.worker.go();
    await trouble.getByText("The training goes on.").waitFor();
    const lines = (await trouble.getByRole("listitem").allInnerTexts())
      .map((line) => line.replace(/^\d{1,2}:\d\d:\d\d\s[AP]M /, ""));
    assertEquals(lines, [
      "info This training is made up.",
      "warning The checkpoint of step 1 cannot be used.",
      "error The disk is full. The training waits until then.",
      "info The training goes on.",
    ]);
    await findsNothing(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await findsNothing(page);
  });

  it("is not there where the log has no more than news", async () => {
    await createRun("untroubled", { epochs: 1 });
    await suite.stage.idle();
    const page = await open();
    await stateIs(page, "completed");
    // The answer that could bring trouble has come when that about the machine has.
    await page.getByText("CPU 1.1 cores").waitFor();
    await page.getByText("Log", { exact: true }).click();
    await page.getByText("This training is made up.").waitFor();
    assertEquals(await page.getByRole("log", { name: "Trouble" }).count(), 0);
  });
});
