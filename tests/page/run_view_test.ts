/// <reference lib="dom" />
/** A run's use of its machine, and its problems without its log opened, in a real browser. */
import { assertEquals, assertMatch } from "@std/assert";
import { DIVERGES, HAS_TROUBLE, LEARNS_NOTHING, ON_GPU } from "../support/page_worker.ts";
import { findsNothing } from "./axe.ts";
import { stateIs } from "./looks.ts";
import { describePage } from "./suite.ts";

describePage("the view of a run", (suite) => {
  const { it, open, createRun } = suite;

  it("shows how each number of its machine went, and the last sample when the run has ended", async () => {
    const { worker } = suite.stage;
    const halted = worker.hold();
    await createRun("measured", { epochs: 3 });
    await halted;
    const page = await open();
    await page.getByRole("article", { name: "Run measured" }).waitFor();
    const machine = page.getByRole("region", { name: "Use of the machine" });
    assertEquals(await machine.count(), 0, "nothing was measured");
    await worker.hold(1);
    await machine.getByText("CPU 1.1 cores").waitFor();
    assertEquals(await machine.getByRole("img").count(), 0, "one sample is no curve");
    worker.go();
    await machine.getByText("CPU 1.3 cores").waitFor();
    await machine.getByText("Memory 603 MB").waitFor();
    await machine.getByText("Speed 8,003 samples/s").waitFor();
    const curve = machine.getByRole("img", {
      name: "CPU: between 1.1 cores and 1.3 cores, last 1.3 cores",
    });
    const points = await curve.locator("polyline").getAttribute("points");
    assertEquals(points?.split(" ").length, 3);
    assertEquals(await machine.getByText("GPU").count(), 0, "there is none");
  });

  it("shows its GPU, where there is one", async () => {
    await createRun(ON_GPU, { epochs: 2 });
    await suite.stage.idle();
    const page = await open();
    const machine = page.getByRole("region", { name: "Use of the machine" });
    await machine.getByText("GPU 52%").waitFor();
    await machine.getByText("GPU memory 2 GB").waitFor();
    await machine.getByRole("img", { name: "GPU: between 51% and 52%, last 52%" })
      .waitFor();
  });

  it("draws the learning rates of the whole run under the curves, and where it is", async () => {
    const { worker } = suite.stage;
    const halted = worker.hold(2);
    await createRun("scheduled", { epochs: 4, learningRate: 0.1, schedule: { cosine: {} } });
    await halted;
    const page = await open();
    await page.getByText(/^Learning rate: 0\.1 to \S+, now 0\.\d+$/).waitFor();
    const rates = page.getByRole("img", { name: /^Learning rate from 0.1 to / });
    assertEquals(await rates.locator("path").count(), 1);
    worker.go();
    await stateIs(page, "completed");
    await rates.locator("path").waitFor({ state: "detached" });
  });

  it("shows a problem as it comes, with its level and time, and its end", async () => {
    const { stage } = suite;
    const halted = stage.worker.hold();
    await createRun(HAS_TROUBLE, { epochs: 1 });
    await halted;
    const page = await open();
    await stateIs(page, "running");
    const trouble = page.getByRole("log", { name: "Trouble" });
    assertEquals(await trouble.getByRole("listitem").count(), 0);
    stage.worker.go();
    await trouble.getByText("Training continues.").waitFor();
    const lines = (await trouble.getByRole("listitem").allInnerTexts())
      .map((line) => line.replace(/^\d{1,2}:\d\d:\d\d\s[AP]M /, ""));
    assertEquals(lines, [
      "info This training is made up.",
      "warning The checkpoint of step 1 cannot be used.",
      "error The disk is full. The training waits until then.",
      "info Training continues.",
    ]);
    await findsNothing(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await findsNothing(page);
  });

  it("calls a completed run at chance level that, with what to try", async () => {
    await createRun(LEARNS_NOTHING, { epochs: 1, learningRate: 10 });
    const page = await open();
    await stateIs(page, "chance level");
    const warning = page.getByRole("note");
    assertEquals(
      await warning.innerText(),
      "No better than guessing (the largest of 10 classes: 10.00%). " +
        "The loss stayed above that of guessing (2.4000, guessing would give 2.3026): " +
        "try a smaller learning rate (this run: 10).",
    );
    await page.locator(".runs-row .badge").getByText("chance level").waitFor();
    await findsNothing(page);
  });

  it("offers a run that diverged a new start, no resumption, and nothing to draw for", async () => {
    const id = await createRun(DIVERGES, { epochs: 2 });
    const page = await open();
    await stateIs(page, "failed");
    await page.getByRole("alert").getByText("Training diverged").waitFor();
    await page.getByRole("link", { name: "Start again" }).waitFor();
    assertEquals(await page.getByRole("button", { name: "Resume" }).count(), 0);
    await page.getByRole("link", { name: "NDJSON" }).waitFor();
    await page.getByRole("button", { name: "Draw a digit" }).click();
    await page.getByText("It ended before its first checkpoint.").waitFor();
    assertEquals(await page.getByRole("img", { name: "Drawing area, empty" }).count(), 0);

    const picture = await fetch(`${suite.stage.origin}/runs/${id}/curves.svg`);
    const texts = await picture.text();
    assertMatch(texts, /Failed: Training diverged: the loss is not a finite number at step 4/);
    assertMatch(texts, /each batch/);
  });

  it("shows no problem where the log has no more than news", async () => {
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
