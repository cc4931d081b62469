/// <reference lib="dom" />
/** An open page whose server is upgraded: it says so, and only the user reloads it. */
import { assertEquals } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { ASSETS, type PageManifest, readManifest } from "../../server/http/page_manifest.ts";
import { createStaticFiles } from "../../server/http/static_files.ts";
import { startServer, type TestServer } from "../support/start_server.ts";
import { SERVER_AWAY } from "./looks.ts";
import { describePage } from "./suite.ts";

describePage("a page of an older build", (suite) => {
  const { it } = suite;

  it("says so when it reconnects, keeps a form that is filled in, and is new after a reload", async () => {
    suite.expectProblems(new RegExp(`${SERVER_AWAY.source}|WebSocket|status of 503`));
    const before = await start();
    const page = await suite.open({}, `${before.origin}/new`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("Settings and network").click();
    const name = page.getByLabel("Name", { exact: true });
    await name.fill("typed before");
    assertEquals(await noticeOf(page).count(), 0);

    await before[Symbol.asyncDispose]();
    let build: string | undefined = "a newer build";
    await using _after = await start(Number(new URL(before.origin).port), () => build);
    await noticeOf(page).waitFor();
    assertEquals(await name.inputValue(), "typed before");

    // What is loaded now is of the server's build.
    build = undefined;
    const answered = page.waitForResponse((response) => response.request().method() === "HEAD");
    await page.getByRole("button", { name: "Reload" }).click();
    await answered;
    await page.getByText("Live", { exact: true }).waitFor();
    assertEquals(await noticeOf(page).count(), 0);
  });
});

function noticeOf(page: Page): Locator {
  return page.getByText("This page is of an older version.");
}

/** Starts a server with the page; it names another build than the page's where one is given. */
function start(port = 0, build: () => string | undefined = () => undefined): Promise<TestServer> {
  const read = async (folder: URL): Promise<PageManifest | undefined> => {
    const manifest = await readManifest(folder);
    return manifest && { ...manifest, build: build() ?? manifest.build };
  };
  return startServer({ port, staticFiles: createStaticFiles(ASSETS, read) });
}
