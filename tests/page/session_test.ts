/// <reference lib="dom" />
/** The page when its session ends: it says so once, keeps what was typed, and goes on after a sign-in. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { mainToken } from "../../server/auth/tokens.ts";
import { createStaticFiles } from "../../server/http/static_files.ts";
import { ASSETS, readManifest } from "../../server/http/page_manifest.ts";
import { startServer, type TestServer } from "../support/start_server.ts";
import { execute, openEditor, openTab, responseHas, SERVER_AWAY, startButton } from "./looks.ts";
import { describePage } from "./suite.ts";

const FIRST = "the-first-token-of-the-server";
const SECOND = "the-second-token-of-the-server";

/** The server refuses the session, and stops before the page is closed. */
const PROBLEMS = new RegExp(`${SERVER_AWAY.source}|WebSocket|status of (401|503)`);

describePage("the page without a session", (suite) => {
  const { it } = suite;

  it("says that it has ended, keeps what was typed, and goes on after a sign-in", async () => {
    await using server = await serverWithToken();
    const page = await signedIn(server);
    await page.getByText("Settings and network").click();
    await page.getByLabel("Name", { exact: true }).fill("typed before");

    server.setTokens([mainToken(SECOND)]);
    const dialog = page.getByRole("dialog", { name: "The session has ended" });
    await dialog.waitFor();
    await page.getByText("Signed out").waitFor();
    assertEquals(await page.getByRole("dialog").count(), 1);

    // Closed, it lets one read on, and is asked for again.
    await page.keyboard.press("Escape");
    await startButton(page).click();
    await page.getByRole("button", { name: "Sign in again" }).click();
    await dialog.getByLabel("Token").fill(FIRST);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.getByText("That is not a token of this server.").waitFor();
    await dialog.getByLabel("Token").fill(SECOND);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "detached" });

    // The training that was asked for meanwhile is started.
    await page.getByRole("article", { name: "Run typed before" }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    assertEquals((await server.store.list({ first: 9 })).runs.map(({ name }) => name), [
      "typed before",
    ]);
  });

  it("notices that one has signed in elsewhere", async () => {
    await using server = await serverWithToken();
    const page = await signedIn(server);
    server.setTokens([mainToken(SECOND)]);
    const dialog = page.getByRole("dialog", { name: "The session has ended" });
    await dialog.waitFor();
    const other = await page.context().newPage();
    await signIn(other, `${server.origin}/`, SECOND);
    await other.close();
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await dialog.waitFor({ state: "detached" });
  });

  it("keeps GraphiQL's operation until one has signed in again", async () => {
    await using server = await serverWithToken();
    const page = await signedIn(server);
    await openEditor(page);
    await openTab(page, "Runs");
    server.setTokens([mainToken(SECOND)]);
    const dialog = page.getByRole("dialog", { name: "The session has ended" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await execute(page);
    await page.getByRole("button", { name: "Sign in again" }).click();
    await dialog.getByLabel("Token").fill(SECOND);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await responseHas(page, /"totalCount": 0/);
  });

  function serverWithToken(): Promise<TestServer> {
    suite.expectProblems(PROBLEMS);
    return startServer({ token: FIRST, staticFiles: createStaticFiles(ASSETS, readManifest) });
  }

  async function signedIn({ origin }: TestServer): Promise<Page> {
    const page = await suite.open({}, `${origin}/new`);
    await signIn(page, page.url(), FIRST);
    await page.getByText("Live", { exact: true }).waitFor();
    return page;
  }
});

async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await startButton(page).waitFor();
}
