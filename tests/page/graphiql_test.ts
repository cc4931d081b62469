/// <reference lib="dom" />
/** GraphiQL on the page, and the operations that the panels hand to it, in a real browser. */
import { assertMatch, assertNotMatch } from "@std/assert";
import { describe } from "@std/testing/bdd";
import {
  epochsAre,
  execute,
  executeButton,
  openEditor,
  openTab,
  response,
  responseHas,
  stateIs,
  subscriptionsAre,
} from "./looks.ts";
import { describePage } from "./suite.ts";

describePage("GraphiQL", (suite) => {
  const { it, open, createRun } = suite;

  it("runs the mutation in one tab and the subscription in another", async () => {
    suite.stage.worker.hold();
    const page = await open();
    await openEditor(page);
    await openTab(page, "Start");
    await execute(page);
    await responseHas(page, /"state": "(QUEUED|RUNNING)"/);
    await openTab(page, "Watch");
    await execute(page);
    await page.getByRole("button", { name: "Stop query" }).waitFor();
    await suite.stage.worker.hold(2);
    await responseHas(page, /"number": [12],/);
    suite.stage.worker.go();
    await responseHas(page, /"number": 5,\s+"trainAcc": 0\.98/);
    await executeButton(page).waitFor(); // It ended with the run.
  });

  it("stops a subscription, here and on the server", async () => {
    suite.stage.worker.hold();
    // The Data panel itself follows nothing but imports.
    const page = await open({}, "/data");
    await openEditor(page);
    await openTab(page, "Watch");
    await subscriptionsAre(suite.stage, 1);
    await execute(page);
    await subscriptionsAre(suite.stage, 2);
    await page.getByRole("button", { name: "Stop query" }).click();
    await executeButton(page).waitFor();
    await subscriptionsAre(suite.stage, 1);
    await createRun("unwatched", { epochs: 1 });
    suite.stage.worker.go();
    await suite.stage.idle();
    assertNotMatch(await response(page), /trainAcc/);
  });

  it("shows why a subscription is refused", async () => {
    const query = "subscription { epochs(afterEpoch: -1) { number } }";
    const page = await open({}, `/?query=${encodeURIComponent(query)}`);
    await execute(page);
    await responseHas(page, /afterEpoch must be 0 or more, got -1\./);
  });

  const openWithEditor = async () => {
    const page = await open();
    await openEditor(page);
    return page;
  };

  suite.share("an example", openWithEditor, (it) => {
    for (const name of ["Summary", "Samples", "Runs"]) {
      it(`answers: ${name}`, async (page) => {
        await openTab(page, name);
        await execute(page);
        await responseHas(page, /^\{\s+"data": \{/);
      });
    }
  });

  describe("the operations behind the panel", () => {
    it("open in the editor and do there what the panel does", async () => {
      const page = await open();
      await page.getByText("Settings and network").click();
      await page.getByLabel("Epochs", { exact: true }).fill("1");
      await page.getByRole("button", { name: "GraphQL: Start a training" }).click();
      await page.getByRole("button", { name: "Open in editor" }).click();
      await page.getByRole("tab", { name: "StartTraining" }).waitFor();
      await execute(page);
      await responseHas(page, /"recipe": "BASIC_CNN"/);
      await stateIs(page, "completed");
      await epochsAre(page, [1]);
    });

    it("are copied with the form's values in them", async () => {
      const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
      await page.getByLabel("Recipe").selectOption("WIDE_KERNEL_CNN");
      await page.getByRole("button", { name: "GraphQL: Start a training" }).click();
      await page.getByRole("button", { name: "Copy operation" }).click();
      await page.getByText("Copied.").waitFor();
      assertMatch(
        await page.evaluate(() => navigator.clipboard.readText()),
        /^mutation StartTraining \{\n {2}startTraining\(input: \{device: AUTO, recipe: WIDE_KERNEL_CNN\}\)/,
      );
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    });
  });
});
