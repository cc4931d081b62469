/** The sign-in page in a real browser: its policy, the form's Origin and the cookie have to agree with each other. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createStaticFiles } from "../../../server/http/static_files.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";
import { launchBrowser, skipReason } from "../../../tools/chromium.ts";
import { openPage } from "../../support/browser.ts";
import { writeAssets } from "../../support/page_assets.ts";
import { startServer } from "../../support/start_server.ts";

const TOKEN = "correct-horse-battery-staple";

describe("the sign-in page", { ignore: skipReason !== undefined }, () => {
  it("lets a browser in with the token, and its requests from then on", async () => {
    const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "epochql-assets-" })}/`);
    await writeAssets(folder);
    await using server = await startServer({
      token: TOKEN,
      staticFiles: createStaticFiles(folder, readManifest),
    });
    const browser = await launchBrowser();
    try {
      const { page } = await openPage(browser, server.origin);
      await page.getByLabel("Token").fill("not the token");
      await page.getByRole("button", { name: "Sign in" }).click();
      assertEquals(
        await page.getByRole("alert").textContent(),
        "That is not a token of this server.",
      );

      await page.getByLabel("Token").fill(TOKEN);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${server.origin}/`);
      assertEquals(await page.getByLabel("Token").count(), 0);
      const answer = await page.evaluate(async () => {
        const socket = new WebSocket(`ws://${location.host}/graphql`, "graphql-transport-ws");
        socket.onopen = () => socket.send('{"type":"connection_init"}');
        const acknowledged = await new Promise((resolve) => {
          socket.onmessage = ({ data }) => resolve(data);
          socket.onclose = ({ code }) => resolve(code);
        });
        const response = await fetch("/graphql?query={__typename}", {
          headers: { accept: "application/json" },
        });
        return [acknowledged, await response.json()];
      });
      assertEquals(answer, ['{"type":"connection_ack"}', { data: { __typename: "Query" } }]);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  });
});
