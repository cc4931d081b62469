/** The page and its files, from a folder like the one that the build writes. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PAGE_POLICY } from "../../../server/http/static_files.ts";
import { assertRefused, errorOf, type Headers, statusOf } from "../../support/http.ts";
import { writeAssets } from "../../support/page_assets.ts";
import { sendRaw } from "../../support/raw_client.ts";
import { startServer, useServer } from "../../support/start_server.ts";

describe("static files", () => {
  const server = useServer({ hasPage: true });
  // fetch() would request compression by itself and undo it.
  const get = (path: string, headers: Headers = {}, method = "GET") =>
    sendRaw(server.origin, path, { method, headers });

  it("serves the page under its policy, to be revalidated each time", async () => {
    const response = await fetch(server.origin);
    assertEquals(response.status, 200);
    assertMatch(await response.text(), /^<!doctype html>/);
    assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
    assertEquals(response.headers.get("content-security-policy"), PAGE_POLICY);
    assertEquals(response.headers.get("cache-control"), "no-cache");
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(response.headers.get("x-frame-options"), "DENY");
  });

  it("lets browsers keep the files of the page indefinitely", async () => {
    const response = await fetch(`${server.origin}/assets/main-ABCDEFGH.js`);
    await response.body?.cancel();
    assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(response.headers.get("content-type"), "text/javascript; charset=utf-8");
  });

  it("sends the best encoding that the client accepts", async () => {
    const cases: [string | undefined, string | null][] = [
      ["gzip, deflate, br, zstd", "br"],
      ["gzip, deflate", "gzip"],
      ["br;q=0, gzip;q=0.5", "gzip"],
      ["*", "br"],
      ["identity", null],
      ["nonsense;;q=,,", null],
      [undefined, null],
    ];
    const plain = (await get("/assets/main-ABCDEFGH.js")).body;
    assertEquals(plain.length, 4000);
    for (const [accepted, expected] of cases) {
      const asked = accepted === undefined ? {} : { "accept-encoding": accepted };
      const { headers, body } = await get("/assets/main-ABCDEFGH.js", asked);
      assertEquals(headers.get("content-encoding"), expected, accepted);
      assertEquals(headers.get("vary"), "accept-encoding");
      assertEquals(headers.get("content-length"), String(body.length));
      assertEquals(body.length < 200, expected !== null, accepted);
    }
    const small = await get("/assets/small-ABCDEFGH.css", { "accept-encoding": "br" });
    assertEquals(small.headers.get("content-encoding"), null);
    assertEquals(new TextDecoder().decode(small.body), "a{}");
  });

  it("says 304 to a client that has the file, in the same encoding", async () => {
    for (const path of ["/", "/assets/main-ABCDEFGH.js"]) {
      const first = await get(path, { "accept-encoding": "br" });
      const etag = first.headers.get("etag") ?? "";
      assertMatch(etag, /^"[^"]+"$/);
      for (const known of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
        const second = await get(path, { "accept-encoding": "br", "if-none-match": known });
        assertEquals(second.status, 304, known);
        assertEquals(second.body.length, 0);
        assertEquals(second.headers.get("etag"), etag);
      }
      const other = await get(path, { "accept-encoding": "gzip", "if-none-match": etag });
      assertEquals(other.status, 200);
    }
  });

  it("responds to HEAD with the head alone", async () => {
    const { status, headers, body } = await get("/assets/main-ABCDEFGH.js", {}, "HEAD");
    assertEquals(status, 200);
    assertEquals(headers.get("content-length"), "4000");
    assertEquals(body.length, 0);
  });

  it("serves what the manifest lists, and nothing else", async () => {
    await Deno.writeTextFile(join(server.home, "secret.txt"), "secret");
    const names = [
      ...["", "secret.txt", "manifest.json", "main-ABCDEFGH.js.br", "../manifest.json"],
      ...["..%2fmanifest.json", "%2e%2e/config.ts", "constructor", "__proto__"],
    ];
    for (const name of names) assertEquals((await get(`/assets/${name}`)).status, 404, name);
  });

  it("refuses other methods", async () => {
    const response = await server.get("/", { method: "DELETE" });
    assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
    assertMatch((await errorOf(response)).message, /the method must be GET or HEAD, got DELETE/);
  });

  it("serves a page that is built later, without a restart", async () => {
    await using server = await startServer();
    await assertRefused(server.get("/"), { status: 503, message: /run 'deno task page'/ });
    await writeAssets(pathToFileURL(`${server.home}/`));
    for (const path of ["/", "/assets/small-ABCDEFGH.css"]) {
      assertEquals(await statusOf(server.get(path)), 200);
    }
  });
});
