/// <reference lib="dom" />
/** Addresses, titles and the GraphQL editor of the page, in a real browser. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { globalId } from "../../schema/base/global_id.ts";
import { isLoaded, openEditor, SERVER_AWAY, startButton, stateIs } from "./looks.ts";
import { describePage } from "./suite.ts";

const addressOf = (key: string) => `/runs/${globalId("Run", key).replace(/=+$/, "")}`;

describePage("the page", (suite) => {
  const { it, open, createRun } = suite;

  it("has an address for each run, for the form and for a comparison", async () => {
    const one = await createRun("one", { epochs: 1 });
    const two = await createRun("two", { epochs: 1 });
    await suite.stage.idle();
    const page = await open({}, addressOf(one));
    await page.getByRole("article", { name: "Run one" }).waitFor();
    await page.locator(".runs-row").getByRole("button", { name: "two" }).click();
    await page.getByRole("article", { name: "Run two" }).waitFor();
    assertEquals(new URL(page.url()).pathname, addressOf(two));
    await page.reload();
    await page.getByRole("article", { name: "Run two" }).waitFor();
    await page.goBack();
    await page.getByRole("article", { name: "Run one" }).waitFor();
    await page.getByRole("link", { name: "New training" }).click();
    await startButton(page).waitFor();
    await page.goBack();
    await page.getByLabel("Select one").check();
    await page.getByLabel("Select two").check();
    await page.getByRole("button", { name: "Compare 2" }).click();
    const other = await open({}, page.url().slice(suite.stage.origin.length));
    await other.getByRole("heading", { name: "Comparing 2 runs" }).waitFor();
    assert(await other.getByLabel("Select one").isChecked());
    await other.getByLabel("Select one").uncheck();
    await other.getByRole("article", { name: "Run two" }).waitFor();
  });

  it("shows the run that an address names by the store's id, its first digits or 'latest'", async () => {
    await createRun("older", { epochs: 1 });
    const key = await createRun("newer", { epochs: 1 });
    const page = await open();
    for (const name of [key, key.slice(0, 8), "latest"]) {
      await page.goto(`${suite.stage.origin}/runs/${name}`);
      await page.getByRole("article", { name: "Run newer" }).waitFor();
      assertEquals(new URL(page.url()).pathname, addressOf(key));
      const history = await fetch(`${suite.stage.origin}/runs/${name}/history.json`);
      assertEquals((await history.json()).name, "newer");
    }
  });

  it("says that an address names no run", async () => {
    suite.expectProblems(/status of 400/);
    const page = await open({}, "/runs/nothing");
    await page.getByText("There is no such run.").waitFor();
  });

  it("says of a run that it was deleted elsewhere, stays there, and lists it no more", async () => {
    await createRun("kept", { epochs: 1 });
    const key = await createRun("gone", { epochs: 1 });
    await suite.stage.idle();
    const page = await open();
    await page.getByRole("article", { name: "Run gone" }).waitFor();
    await page.getByRole("heading", { name: "Runs 2" }).waitFor();
    await suite.stage.store.delete(key);
    await page.getByText("This run was deleted.").waitFor();
    await page.getByRole("heading", { name: "Runs 1" }).waitFor();
    assertEquals(await page.locator("article.run").count(), 0);
    assertEquals(new URL(page.url()).pathname, addressOf(key));
    await page.getByRole("link", { name: "Show the newest run" }).click();
    await page.getByRole("article", { name: "Run kept" }).waitFor();
  });

  it("says that the server cannot be reached until it can", async () => {
    const halted = suite.stage.worker.hold();
    await createRun("away", { epochs: 2 });
    await halted;
    const page = await open();
    await stateIs(page, "running");
    suite.expectProblems(SERVER_AWAY);
    await suite.stage.killServer();
    await page.getByText("Connection lost. Reconnecting…").waitFor();
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    const said = page.getByText("The server cannot be reached. Is it running?");
    await said.waitFor();
    await suite.stage.restartServer();
    await page.getByText("Live", { exact: true }).waitFor();
    await said.waitFor({ state: "detached" });
  });

  it("tells in its title how far the training is", async () => {
    const halted = suite.stage.worker.hold();
    await createRun("titled", { epochs: 2 });
    await halted;
    const page = await open();
    await page.waitForFunction(() => /^\d+% · titled · epochql$/.test(document.title));
    suite.stage.worker.go();
    await page.waitForFunction(() => document.title === "titled · epochql");
  });

  it("loads the editor when it is opened, by click or key, and remembers it", async () => {
    const page = await open();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await isLoaded(page);
    assertEquals(loaded.filter((url) => /editor|worker/.test(url)), []);
    await openEditor(page);
    assertMatch(loaded.join(" "), /editor-\w+\.css/);
    await page.reload();
    const execute = page.getByRole("button", { name: "Execute query" });
    await execute.waitFor();
    await page.getByRole("link", { name: "Training", exact: true }).focus();
    await page.keyboard.press("g");
    await execute.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Change to the dark theme" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Change to the light theme" }).waitFor();
    assertEquals(await execute.count(), 0);
  });

  it("keeps an answer in the editor while it is folded away", async () => {
    const page = await open();
    await openEditor(page);
    const toggle = page.getByRole("button", { name: "GraphQL", exact: true });
    await page.getByRole("button", { name: "Execute query" }).click();
    const answer = page.locator(".graphiql-response").getByText("totalParameters");
    await answer.waitFor();
    await toggle.click();
    await answer.waitFor({ state: "hidden" });
    await toggle.click();
    await answer.waitFor();
  });
});
