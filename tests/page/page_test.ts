/// <reference lib="dom" />
/** The Training panel in a real browser, over the real server and store; only the training is fake. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  drawnAsInLog,
  epochsAre,
  epochsInLog,
  focusedText,
  isLoaded,
  pointsOver,
  SERVER_AWAY,
  startButton,
  stateIs,
} from "./looks.ts";
import { until } from "../support/until.ts";
import { describePage } from "./suite.ts";

describePage("the Training panel", (suite) => {
  const { it, open, createRun } = suite;

  it("starts a training with one press and draws its curve while it is trained", async () => {
    const { worker } = suite.stage;
    const page = await open();
    await page.getByText("Nothing has been trained yet.").waitFor();
    const halted = worker.hold(1);
    await startButton(page).click();
    await halted;
    await drawnAsInLog(page, suite.stage);
    assertMatch(new URL(page.url()).pathname, /^\/runs\/[\w-]+$/);
    const first = await pointsOver(page, 0);
    await worker.hold(2);
    await pointsOver(page, first);
    worker.go();
    await stateIs(page, "completed");
    await epochsAre(page, [5, 4, 3, 2, 1]);
    await page.getByRole("img", { name: /over 5 of 5 epochs/ }).waitFor();
    await page.getByTestId("progress").getByText("9,375 / 9,375").waitFor();
  });

  it("shows every earlier point after a reload in mid-run, and goes on", async () => {
    const { worker, trained } = suite.stage;
    await createRun("a long one", { epochs: 100 });
    const page = await open();
    const isUpToDate = async () => {
      await worker.hold();
      await epochsAre(page, await epochsInLog(suite.stage));
      await drawnAsInLog(page, suite.stage);
    };
    await trained(2);
    await isUpToDate();
    await page.reload();
    await isUpToDate();
    const seen = await epochsInLog(suite.stage);
    worker.go();
    await trained(seen.length + 2);
    await isUpToDate();
  });

  it("goes on without losing a point when the server is killed and started again", async () => {
    const { worker } = suite.stage;
    const page = await open();
    worker.hold(1);
    await startButton(page).click();
    await page.locator(".run .table tbody tr").first().waitFor();
    await isLoaded(page);
    await pointsOver(page, 0);
    suite.expectProblems(SERVER_AWAY);
    await suite.stage.killServer();
    await page.getByText("Connection lost. Reconnecting…").waitFor();
    // The worker does not need the server: epochs pass that the page receives only afterwards.
    await worker.hold(3);
    await suite.stage.restartServer();
    await page.getByText("Live", { exact: true }).waitFor();
    worker.go();
    await stateIs(page, "completed");
    await epochsAre(page, [5, 4, 3, 2, 1]);
    await drawnAsInLog(page, suite.stage);
  });

  it("goes on by itself after a proxy has answered in the server's place", async () => {
    const { worker } = suite.stage;
    const page = await open();
    worker.hold(1);
    await startButton(page).click();
    await page.locator(".run .table tbody tr").first().waitFor();
    suite.expectProblems(new RegExp(`${SERVER_AWAY.source}|502`));
    let refused = 0;
    await page.route("**/graphql", (route) => {
      refused++;
      return route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" });
    });
    await suite.stage.killServer();
    await worker.hold(3);
    await until("the proxy has answered", () => refused > 0);
    await suite.stage.restartServer();
    await page.unroute("**/graphql");
    worker.go();
    await stateIs(page, "completed");
    await epochsAre(page, [5, 4, 3, 2, 1]);
    await drawnAsInLog(page, suite.stage);
  });

  it("asks for a part of the page again that could not be loaded", async () => {
    suite.expectProblems(/ERR_FAILED|dynamically imported module/);
    const page = await open();
    await isLoaded(page);
    const refused = new Set<string>();
    await page.route("**/assets/chunk-*.js", (route) => {
      const url = route.request().url();
      if (refused.has(url)) return route.continue();
      refused.add(url);
      return route.abort();
    });
    await startButton(page).click();
    await pointsOver(page, 0);
    assert(refused.size > 0);
  });

  it("keeps the page when a panel fails, and names the remedy", async () => {
    suite.expectProblems(/Unexpected token|SyntaxError|react/);
    const page = await open();
    await isLoaded(page);
    // Loaded, but not what it should be.
    await page.route(
      "**/assets/chunk-*.js",
      (route) => route.fulfill({ contentType: "text/javascript", body: "export const no = 1;" }),
    );
    await startButton(page).click();
    await page.getByText("This panel crashed.").waitFor();
    assert(await page.getByRole("link", { name: "Data" }).isVisible());
    await page.unroute("**/assets/chunk-*.js");
    await page.getByRole("button", { name: "Reload the page" }).click();
    await pointsOver(page, 0);
  });

  it("shows in every page what is started in one", async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await startButton(one).click();
    const name = await one.locator(".run-name").innerText();
    await other.getByRole("article", { name: `Run ${name}` }).waitFor();
    await Promise.all([stateIs(one, "completed"), stateIs(other, "completed")]);
    const all = [5, 4, 3, 2, 1];
    await Promise.all([epochsAre(one, all), epochsAre(other, all)]);
    await Promise.all([drawnAsInLog(one, suite.stage), drawnAsInLog(other, suite.stage)]);
  });

  it("can be used by keyboard alone", async () => {
    const page = await open();
    await page.getByLabel("Recipe").focus();
    await page.keyboard.press("ArrowDown");
    await page.getByText("1,199,882 parameters").waitFor();
    await page.keyboard.press("Tab");
    assertEquals(await focusedText(page), "mnist"); // The choice of the dataset.
    await page.keyboard.press("Tab");
    assertEquals(await focusedText(page), "Settings and network");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2");
    await page.keyboard.press("Tab");
    await page.keyboard.type("100");
    await page.keyboard.press("Enter");
    await page.getByText("batches of 100 · learning rate 0.01").waitFor();
    assertMatch(await page.locator(".run-name").innerText(), /^DROPOUT_CNN, seed \d+$/);
    await stateIs(page, "completed");
    await epochsAre(page, [2, 1]);
  });

  it("cancels a run, then deletes it after asking", async () => {
    const page = await open();
    const halted = suite.stage.worker.hold();
    await startButton(page).click();
    await halted;
    await stateIs(page, "running");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancelling…" }).waitFor();
    suite.stage.worker.go();
    await stateIs(page, "cancelled");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Keep the run" }).click();
    assertEquals(await page.locator(".runs-row").count(), 1);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete the run" }).click();
    await page.getByText("Nothing has been trained yet.").waitFor();
    assertEquals((await suite.stage.store.list({ first: 1 })).totalCount, 0);
  });

  it("asks before it cancels what has trained", async () => {
    const { worker } = suite.stage;
    const halted = worker.hold(1);
    await createRun("slow");
    await halted;
    const page = await open();
    await pointsOver(page, 0);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog", { name: "Cancel this training?" }).waitFor();
    await page.getByRole("button", { name: "Keep training" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Cancel the training" }).click();
    await page.getByRole("button", { name: "Cancelling…" }).waitFor();
    worker.go();
    await stateIs(page, "cancelled");
  });

  it("starts a run again with its settings, and names those that were changed", async () => {
    const schedule = { cosine: { minLearningRate: 0.001 } };
    const id = await createRun("first", { epochs: 1, batchSize: 50, seed: 4, schedule });
    const page = await open();
    await stateIs(page, "completed");
    await page.getByRole("link", { name: "Start again" }).click();
    await page.getByText("With the settings of first.").waitFor();
    await page.getByLabel("Epochs", { exact: true }).fill("2");
    await page.getByText("Changed: epochs.").waitFor();
    await startButton(page).click();
    await epochsAre(page, [2, 1]);
    const { runs: [again] } = await suite.stage.store.list({ first: 1 });
    const spec = (await suite.stage.store.get(id))?.spec;
    assertEquals(again?.spec, spec && { ...spec, epochs: 2 });
  });

  it("says what a run waits for, and what keeps its worker from going on", async () => {
    await createRun("for a GPU", { device: "CUDA" });
    const page = await open();
    const obstacle = page.locator(".run-obstacle");
    await obstacle.getByText(/^No worker has CUDA: start one on a machine with an NVIDIA GPU/)
      .waitFor();

    const { store, worker } = suite.stage;
    const halted = worker.hold();
    const runId = await createRun("on a full disk");
    await halted;
    await page.locator(".runs-row").getByRole("button", { name: "on a full disk" }).click();
    await stateIs(page, "running");
    const info = {
      host: "h",
      pid: 1,
      version: "0",
      devices: [],
      startedAt: "2026-01-01T00:00:00Z",
    };
    const trouble = "The disk is full: make room, and it goes on.";
    await store.registerWorker({ id: "in trouble", ...info, runId, trouble });
    await obstacle.getByText(trouble).waitFor();
    await store.registerWorker({ id: "in trouble", ...info, runId, trouble: null });
    await obstacle.waitFor({ state: "hidden" });
    await store.deregisterWorker("in trouble");
  });

  const openSettings = async () => {
    const page = await open();
    await page.getByText("Settings and network").click();
    return page;
  };

  suite.share("its settings", openSettings, (it) => {
    it("refuses wrong settings, each at its field", async (page) => {
      for (
        const [field, value, message] of [
          ["Epochs", "1O", /^Must be a whole number, or several, separated /],
          ["Epochs", "0", "Must be between 1 and 10,000."],
          ["Seed", "-1", /^Must be between 0 and 2,147,483,647/],
          ["Learning rate", "0", /^Must be above 0/],
          ["Train samples", "60001", /^Must be between 1 and 60,000/],
          ["Name", "x".repeat(101), /^Must be a line of 1 to 100 characters/],
        ] as const
      ) {
        const input = page.getByLabel(field, { exact: true });
        await input.fill(value);
        await startButton(page).click();
        const error = page.locator(".field", { has: input }).locator(".field-error");
        await error.getByText(message).waitFor();
        await input.fill("");
        await error.waitFor({ state: "detached" });
      }
      assertEquals(await page.locator(".runs-row").count(), 0);
    });

    it("shows at its field what GraphQL itself refuses", async (page) => {
      // With a status that the browser speaks of.
      suite.expectProblems(/status of 400/);
      await page.getByLabel("Seed").fill("99999999999");
      await startButton(page).click();
      await page.locator(".field", { has: page.getByLabel("Seed") })
        .getByText(/Int cannot represent non 32-bit signed integer value: 99999999999/).waitFor();
      await page.getByLabel("Seed").fill("");
    });

    it("says why a device cannot be chosen", async (page) => {
      const option = page.locator("option[value=CUDA]");
      await option.waitFor({ state: "attached" });
      assert(await option.isDisabled());
      assertEquals(await option.getAttribute("title"), "No NVIDIA GPU was found.");
    });

    it("shows a recipe's network layer by layer", async (page) => {
      const network = page.getByRole("region", { name: "Network" });
      await network.getByText("102,464").waitFor();
      assertMatch(await network.innerText(), /conv2 Conv2d\s+64 × 11 × 11\s+18,496/);
    });

    it("shows the API's error at the field, and goes there", async (page) => {
      await page.getByLabel("Batch size").fill("70000");
      await page.getByText("Settings and network").click(); // Folded away.
      await startButton(page).click();
      const field = page.getByLabel("Batch size");
      await page.getByText("Must be between 1 and 4096.").waitFor();
      assertEquals(await field.getAttribute("aria-invalid"), "true");
      assert(await field.evaluate((element) => element === document.activeElement));
      await field.fill("64");
      await page.keyboard.press("Enter");
      await page.getByText("batches of 64 · learning rate 0.01").waitFor();
    });
  });

  const openCompleted = async () => {
    await createRun("a completed one", { epochs: 2 });
    const page = await open();
    await stateIs(page, "completed");
    await epochsAre(page, [2, 1]);
    return page;
  };

  suite.share("a completed run", openCompleted, (it) => {
    it("draws what the log holds, with ink", async (page) => {
      // The lines' two colours are on the canvas.
      const inked = await page.waitForFunction(() => {
        const canvas = document.querySelector<HTMLCanvasElement>(".curves canvas");
        const context = canvas?.getContext("2d");
        if (!canvas || !context) return false;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const count = (red: number, green: number, blue: number) => {
          let found = 0;
          for (let at = 0; at < data.length; at += 4) {
            if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found++;
          }
          return found;
        };
        return count(0x00, 0x72, 0xb2) > 300 && count(0xd5, 0x5e, 0x00) > 300;
      });
      assert(await inked.jsonValue());
    });

    it("tells what happened to a run", async (page) => {
      await page.getByText("Log", { exact: true }).click();
      await page.getByText("Completed.").waitFor();
      const lines = await page.locator(".log-lines li").allInnerTexts();
      assertEquals(lines.map((line) => line.replace(/^\S+( [AP]M)? /, "")), [
        "Queued.",
        "Picked up by worker made-up.",
        "Training on CPU (a made-up one, 2 threads), Nothing 1.0.",
        "This training is made up.",
        "Completed.",
      ]);
    });

    it("offers a run's curves and history as files", async (page) => {
      for (
        const [name, start] of [
          ["Curves, SVG", "<svg"],
          ["Curves, PNG", "\x89PNG"],
          ["Epochs, JSON", "{"],
          ["Epochs, CSV", "number,"],
          ["TensorBoard, ZIP", "PK"],
          ["Log, NDJSON", '{"type":"queued"'],
        ] as const
      ) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("link", { name, exact: true }).click(),
        ]);
        const file = await Deno.readFile(await download.path());
        assertEquals(String.fromCharCode(...file.subarray(0, start.length)), start);
      }
    });
  });
});
