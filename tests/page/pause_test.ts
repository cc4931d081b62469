/// <reference lib="dom" />
/** Pausing and resuming in a real browser, over the real server and store; only the training is fake. */
import { assertEquals, assertMatch } from "@std/assert";
import { drawnAsInLog, epochsAre, pointsOver, startButton, stateIs } from "./looks.ts";
import { FAILS_ONCE } from "../support/page_worker.ts";
import { describePage } from "./suite.ts";

describePage("a run that is paused and resumed", (suite) => {
  const { it, open, createRun } = suite;

  it("keeps what it has, and goes on from there", async () => {
    const page = await open();
    suite.stage.worker.hold(1);
    await startButton(page).click();
    await pointsOver(page, 0);
    await page.locator(".run .table tbody tr").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await stateIs(page, "pausing");
    await page.getByRole("button", { name: "Pausing…" }).waitFor();
    suite.stage.worker.go();
    await stateIs(page, "paused");
    await drawnAsInLog(page, suite.stage);

    await page.getByText("Checkpoints", { exact: true }).click();
    const table = page.getByRole("region", { name: "Checkpoints, newest first" });
    const row = await table.locator("tbody tr").innerText();
    assertMatch(
      row,
      /^[\d,]+\s+\d\s+–\s+492 kB\s+step-\d+\.safetensors\s+Name\s+Start from these$/,
    );
    await table.getByRole("button", { name: /^Name the checkpoint of step/ }).click();
    await page.keyboard.type("before the break");
    await page.keyboard.press("Enter");
    await table.getByRole("button", { name: "Rename the checkpoint before the break" }).waitFor();
    await page.getByText("Log", { exact: true }).click();
    await page.getByText(/Checkpoint after step [\d,]+ \(492 kB\)\./).waitFor();
    await page.getByText("Paused.").waitFor();
    await page.getByText(
      /^[\d: APM]+The checkpoint step-\d+\.safetensors is called 'before the break'/,
    )
      .waitFor();
    const [run] = (await suite.stage.store.list({ first: 1 })).runs;
    assertEquals(run?.snapshot.lastCheckpoint?.name, "before the break");

    // It is what the reload finds, too.
    await page.reload();
    await stateIs(page, "paused");
    await drawnAsInLog(page, suite.stage);
    const points = await pointsOver(page, 0);
    await page.getByText("Log", { exact: true }).click();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("Resumed.").waitFor();
    await pointsOver(page, points);
    await stateIs(page, "completed");
    await epochsAre(page, [5, 4, 3, 2, 1]);
    await drawnAsInLog(page, suite.stage);
  });

  it("can be cancelled while it is paused, and stays open in the panel", async () => {
    const halted = suite.stage.worker.hold();
    await createRun("held", { epochs: 5 });
    await createRun("next", { epochs: 1 });
    const page = await open();
    await page.getByRole("article", { name: "Run held" }).waitFor();
    await halted;
    await page.getByRole("button", { name: "Pause" }).click();
    await stateIs(page, "pausing");
    suite.stage.worker.go();
    await page.locator(".runs-row", { hasText: "next" }).getByText("completed").waitFor();
    await stateIs(page, "paused");
    await page.getByRole("article", { name: "Run held" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the training" }).click();
    await stateIs(page, "cancelled");
  });

  it("that was completed gets more epochs, drawn as they come", async () => {
    await createRun("short", { epochs: 1 });
    const page = await open();
    await stateIs(page, "completed");
    await page.getByText("Log", { exact: true }).click();
    await page.getByRole("button", { name: "More epochs" }).click();
    const field = page.getByLabel("Total epochs");
    await field.fill("1");
    await page.keyboard.press("Enter");
    await page.getByText(/epochs must be between 2 and 10000/).waitFor();
    assertEquals(await field.getAttribute("aria-invalid"), "true");
    await field.fill("3");
    await page.keyboard.press("Enter");
    await page.getByText("Resumed, to 3 epochs in all.").waitFor();
    await epochsAre(page, [3, 2, 1]);
    await stateIs(page, "completed");
    await drawnAsInLog(page, suite.stage);
    await page.getByTestId("progress").getByText("3 / 3").waitFor();
  });

  it("that was cancelled can be resumed, and is followed again", async () => {
    const { stage } = suite;
    const halted = stage.worker.hold();
    await createRun("ended by a slip", { epochs: 1 });
    await halted;
    const page = await open();
    await stateIs(page, "running");
    await page.getByRole("button", { name: "Cancel" }).click();
    stage.worker.go();
    await stateIs(page, "cancelled");
    await page.getByRole("button", { name: "Resume" }).click();
    await epochsAre(page, [1]);
    await stateIs(page, "completed");
    await drawnAsInLog(page, stage);
  });

  it("that failed is followed again once it is resumed", async () => {
    await createRun(FAILS_ONCE, { epochs: 1 });
    const page = await open();
    await stateIs(page, "failed");
    const error = page.locator(".run .panel-error");
    await error.getByText("It was made to fail.").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await epochsAre(page, [1]);
    await stateIs(page, "completed");
    await drawnAsInLog(page, suite.stage);
    await error.waitFor({ state: "detached" });
  });
});
