/** The page and its files, from a folder such as the build leaves. */
import { assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { createStaticFiles, PAGE_POLICY } from "../../../server/http/static_files.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";
import { errorOf } from "../../support/http.ts";
import { writeAssets } from "../../support/page_assets.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";

describe("static files", () => {
  let folder: URL;
  let server: TestServer;
  before(async () => {
    folder = new URL(`file://${await Deno.makeTempDir({ prefix: "epochql-assets-" })}/`);
    await writeAssets(folder);
    server = await startServer({ staticFiles: createStaticFiles(folder, readManifest) });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  });

  /** Not fetch(), which asks for compression by itself and undoes it. */
  async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
    const { hostname, port } = new URL(server.origin);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `host: ${hostname}:${port}`,
      "connection: close",
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    await connection.write(new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
    const bytes = await new Response(connection.readable).bytes();
    const end = bytes.findIndex((_, at) =>
      bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13
    );
    const head = new TextDecoder().decode(bytes.subarray(0, end)).split("\r\n");
    return {
      status: Number(head[0]?.split(" ")[1]),
      headers: new Headers(
        head.slice(1).map((line): [string, string] => {
          const at = line.indexOf(":");
          return [line.slice(0, at), line.slice(at + 1).trim()];
        }),
      ),
      body: bytes.subarray(end + 4),
    };
  }

  it("serves the page under its policy, to be asked for anew each time", async () => {
    const response = await fetch(server.origin);
    assertEquals(response.status, 200);
    assertMatch(await response.text(), /^<!doctype html>/);
    assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
    assertEquals(response.headers.get("content-security-policy"), PAGE_POLICY);
    assertEquals(response.headers.get("cache-control"), "no-cache");
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(response.headers.get("x-frame-options"), "DENY");
  });

  it("lets browsers keep the named files for ever", async () => {
    const response = await fetch(`${server.origin}/assets/main-ABCDEFGH.js`);
    await response.body?.cancel();
    assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(response.headers.get("content-type"), "text/javascript; charset=utf-8");
  });

  it("sends the best encoding that the client takes", async () => {
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
      const { headers, body } = await get(
        "/assets/main-ABCDEFGH.js",
        accepted === undefined ? {} : { "accept-encoding": accepted },
      );
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

  it("answers HEAD with the head alone", async () => {
    const { status, headers, body } = await get("/assets/main-ABCDEFGH.js", {}, "HEAD");
    assertEquals(status, 200);
    assertEquals(headers.get("content-length"), "4000");
    assertEquals(body.length, 0);
  });

  it("serves what the manifest lists, and nothing else", async () => {
    await Deno.writeTextFile(new URL("secret.txt", folder), "secret");
    const paths = [
      "/assets/",
      "/assets/secret.txt",
      "/assets/manifest.json",
      "/assets/main-ABCDEFGH.js.br",
      "/assets/../manifest.json",
      "/assets/..%2fmanifest.json",
      "/assets/%2e%2e/config.ts",
      "/assets/constructor",
      "/assets/__proto__",
    ];
    for (const path of paths) assertEquals((await get(path)).status, 404, path);
  });

  it("refuses other methods", async () => {
    const response = await fetch(server.origin, { method: "DELETE" });
    assertEquals(response.status, 405);
    assertEquals(response.headers.get("allow"), "GET, HEAD");
    assertMatch((await errorOf(response)).message, /the method must be GET or HEAD, got DELETE/);
  });

  it("sees a page that was built anew, without a restart", async () => {
    const other = new URL(`file://${await Deno.makeTempDir({ prefix: "epochql-assets-" })}/`);
    await using server = await startServer({
      staticFiles: createStaticFiles(other, readManifest),
    });
    const before = await fetch(server.origin);
    assertEquals(before.status, 503);
    assertMatch((await errorOf(before)).message, /run 'deno task page'/);
    await writeAssets(other);
    assertEquals((await fetch(server.origin)).status, 200);
    assertEquals((await fetch(`${server.origin}/assets/small-ABCDEFGH.css`)).status, 200);
    await Deno.remove(other, { recursive: true });
  });
});
