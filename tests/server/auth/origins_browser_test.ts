/// <reference lib="dom" />
/** A page of another origin in a real browser, which the server lists. */
import { assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, skipReason } from "../../../tools/chromium.ts";
import { bearer } from "../../support/http.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { startRun, type WrittenRun } from "../../support/written_run.ts";

const TOKEN = "correct-horse-battery-staple";
const CREATE =
  `mutation { createUpload(input: { fileName: "a.csv", bytes: 4 }) { upload { url } } }`;

if (skipReason) console.warn(`The test of a page of another origin is skipped: ${skipReason}.`);
describe("a page of another origin in a browser", { ignore: skipReason !== undefined }, () => {
  let browser: Browser;
  let app: Deno.HttpServer<Deno.NetAddr>;
  let server: TestServer;
  let run: WrittenRun;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
    const html = { headers: { "content-type": "text/html" } };
    app = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => new Response("<!doctype html>", html),
    );
    server = await startServer({ token: TOKEN, origins: [originOf("localhost")] });
    run = await startRun(server.store);
    await run.trainEpoch();
    await run.complete();
    page = await browser.newPage();
    await page.goto(originOf("localhost"));
  });
  after(async () => {
    await browser?.close();
    await app?.shutdown();
    await server?.[Symbol.asyncDispose]();
  });

  function originOf(name: "localhost" | "127.0.0.1"): string {
    return `http://${name}:${app.addr.port}`;
  }

  it("follows a run by server-sent events, and fetches its files", async () => {
    const query = `subscription { epochs(runId: "${run.id}") { number } }`;
    const [events, picture] = await page.evaluate(async ({ origin, token, query, id }) => {
      const authorization = `Bearer ${token}`;
      const events = await fetch(`${origin}/graphql`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json", accept: "text/event-stream" },
        body: JSON.stringify({ query }),
      });
      const headers = { authorization };
      const picture = await fetch(`${origin}/runs/${id}/curves.svg`, { headers });
      return [await events.text(), await picture.text()];
    }, { origin: server.origin, token: TOKEN, query, id: run.id });
    assertMatch(events ?? "", /data: {"data":{"epochs":{"number":1}}}\n\nevent: complete/);
    assertMatch(picture ?? "", /^<svg/);
  });

  it("opens a WebSocket with its token", async () => {
    const message = await page.evaluate(({ url, token }) => {
      const socket = new WebSocket(url, "graphql-transport-ws");
      const authorization = `Bearer ${token}`;
      socket.onopen = () =>
        socket.send(JSON.stringify({ type: "connection_init", payload: { authorization } }));
      return new Promise<string>((resolve) => {
        socket.onmessage = ({ data }) => resolve(data);
        socket.onclose = ({ code }) => resolve(`closed with ${code}`);
      });
    }, { url: server.socketUrl, token: TOKEN });
    assertMatch(message, /connection_ack/);
  });

  it("sends a file and reads how much has arrived", async () => {
    const { createUpload } = await server.ask(CREATE, {}, bearer(TOKEN));
    const url = new URL(createUpload.upload.url, server.origin).href;
    const offset = await page.evaluate(async ({ url, token, type }) => {
      const headers = {
        authorization: `Bearer ${token}`,
        "tus-resumable": "1.0.0",
        "upload-offset": "0",
      };
      const sent = await fetch(url, {
        method: "PATCH",
        headers: { ...headers, "content-type": type },
        body: "abc",
      });
      return sent.headers.get("upload-offset");
    }, { url, token: TOKEN, type: "application/offset+octet-stream" });
    assertEquals(offset, "3");
  });

  it("is kept out where its origin is not listed", async () => {
    const other = await browser.newPage();
    // The same machine, and the same port: another origin.
    await other.goto(originOf("127.0.0.1"));
    const outcome = await other.evaluate(async ({ origin, token }) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const body = JSON.stringify({ query: "{ __typename }" });
      const asked = fetch(`${origin}/graphql`, { method: "POST", headers, body });
      const socket = new WebSocket(
        `${origin.replace("http", "ws")}/graphql`,
        "graphql-transport-ws",
      );
      const opened = new Promise((resolve) => {
        socket.onopen = () => resolve("opened");
        socket.onerror = () => resolve("refused");
      });
      return [await asked.then(() => "answered", () => "refused"), await opened];
    }, { origin: server.origin, token: TOKEN });
    assertEquals(outcome, ["refused", "refused"]);
    await other.close();
  });
});
