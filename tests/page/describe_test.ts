/// <reference lib="dom" />
/** Names, tags and notes of runs in a real browser. */
import { assertEquals, fail } from "@std/assert";
import { focusedText, stateIs } from "./looks.ts";
import { describePage } from "./suite.ts";

describePage("what runs are called", (suite) => {
  const { it, open, createRun } = suite;

  it("renames, tags and notes a run, for everyone who looks at it", async () => {
    const id = await createRun("first", { epochs: 1 });
    await suite.stage.idle();
    const [page, other] = await Promise.all([open(), open()]);
    await Promise.all([stateIs(page, "completed"), stateIs(other, "completed")]);

    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("Name", { exact: true }).last().fill("second");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Run second" }).waitFor();
    await other.getByRole("article", { name: "Run second" }).waitFor();
    await other.locator(".runs-name").getByText("second").waitFor();

    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.keyboard.type("baseline");
    await page.keyboard.press("Enter");
    await page.keyboard.type(" figure 3 ");
    await page.keyboard.press("Enter");
    // The first click counts, although the field of tags closes at it.
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Note").fill("Two");
    assertEquals(await page.getByLabel("New tag").count(), 0);
    await page.keyboard.press("Escape");
    const tags = other.getByRole("group", { name: "Tags" }).locator(".tag-name");
    await tags.getByText("figure 3").waitFor();
    assertEquals(await tags.allInnerTexts(), ["baseline", "figure 3"]);
    await page.getByRole("button", { name: "Remove the tag baseline" }).click();
    await tags.getByText("baseline").waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Note").fill("Two\nlines.");
    // What is not saved is kept while one leaves.
    await page.getByRole("link", { name: "Data", exact: true }).click();
    await page.getByRole("link", { name: "Training", exact: true }).click();
    assertEquals(await page.getByLabel("Note").inputValue(), "Two\nlines.");
    await page.getByLabel("Note").focus();
    await page.keyboard.press("Control+Enter");
    await other.locator(".note-text").waitFor();
    assertEquals(await other.locator(".note-text").innerText(), "Two\nlines.");

    const { name, snapshot } = await suite.stage.store.get(id) ?? fail("It is gone.");
    assertEquals([name, snapshot.tags, snapshot.note], ["second", ["figure 3"], "Two\nlines."]);
    await other.getByText("Log", { exact: true }).click();
    await other.getByText("Renamed to 'second'.").waitFor();
    await other.getByText("Tagged baseline, figure 3.").waitFor();
    await other.getByText("A note was written.").waitFor();
    await other.getByRole("button", { name: "Edit the note" }).click();
    await other.getByLabel("Note").fill("");
    await other.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Add a note" }).waitFor();
  });

  it("says why a change is refused, shows what there is, and keeps what was written", async () => {
    await createRun("as it was", { epochs: 1 });
    const page = await open();
    await stateIs(page, "completed");
    await page.getByRole("button", { name: "Rename" }).click();
    const field = page.getByRole("article").getByLabel("Name", { exact: true });
    await field.fill("x".repeat(101));
    await page.keyboard.press("Enter");
    await page.getByText(/name must be a line of 1 to 100 characters/).waitFor();
    assertEquals((await field.inputValue()).length, 101);
    await page.getByRole("article", { name: "Run as it was" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "as it was" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.ariaLabel === "Rename");

    suite.expectProblems(/ERR_FAILED/);
    await page.route("**/graphql", (route) => route.abort());
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Note").fill("lost?");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The server cannot be reached. Is it running?").waitFor();
    assertEquals(await page.getByLabel("Note").inputValue(), "lost?");
    await page.unroute("**/graphql");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".note-text").getByText("lost?").waitFor();
    assertEquals(await focusedText(page), "Edit the note");
  });

  it("lists the runs with a tag at a press on it, and offers the tags in use", async () => {
    const { store, idle } = suite.stage;
    for (const [name, tags] of [["alpha", ["x", "y"]], ["beta", ["x"]], ["gamma", []]] as const) {
      await store.describe(await createRun(name, { epochs: 1 }), { tags });
    }
    await idle();
    const page = await open();
    await page.getByRole("article", { name: "Run gamma" }).waitFor();
    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.locator("datalist option").first().waitFor({ state: "attached" });
    assertEquals(
      await page.locator("datalist option").evaluateAll((options) =>
        options.map((option) => [option.getAttribute("value"), option.textContent])
      ),
      [["x", "2 runs"], ["y", "1 run"]],
    );
    await page.locator(".runs-row").getByRole("button", { name: "alpha" }).click();
    await page.getByRole("article", { name: "Run alpha" }).waitFor();
    await page.getByRole("article").getByRole("button", { name: "x", exact: true }).click();
    await page.getByRole("heading", { name: "Runs 2 match" }).waitFor();
    assertEquals(await page.locator(".runs-name").allInnerTexts(), ["beta", "alpha"]);
    assertEquals(await page.getByLabel("Show runs with the tag").inputValue(), "x");
  });
});
