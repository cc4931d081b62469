/** The page and its files, from a folder such as the build leaves. */
import assert from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { createStaticFiles, PAGE_POLICY } from "../../../server/http/static_files.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";
import { errorOf, startTestServer, type TestServer, writeAssets } from "../support.ts";

describe("static files", () => {
  let folder: URL;
  let server: TestServer;
  before(async () => {
    folder = new URL(`file://${await Deno.makeTempDir({ prefix: "epochql-assets-" })}/`);
    await writeAssets(folder);
    server = await startTestServer({ staticFiles: createStaticFiles(folder, readManifest) });
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
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^<!doctype html>/);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(response.headers.get("content-security-policy"), PAGE_POLICY);
    assert.equal(response.headers.get("cache-control"), "no-cache");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("x-frame-options"), "DENY");
  });

  it("lets browsers keep the named files for ever", async () => {
    const response = await fetch(`${server.origin}/assets/main-ABCDEFGH.js`);
    await response.body?.cancel();
    assert.equal(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(response.headers.get("content-type"), "text/javascript; charset=utf-8");
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
    assert.equal(plain.length, 4000);
    for (const [accepted, expected] of cases) {
      const { headers, body } = await get(
        "/assets/main-ABCDEFGH.js",
        accepted === undefined ? {} : { "accept-encoding": accepted },
      );
      assert.equal(headers.get("content-encoding"), expected, accepted);
      assert.equal(headers.get("vary"), "accept-encoding");
      assert.equal(headers.get("content-length"), String(body.length));
      assert.equal(body.length < 200, expected !== null, accepted);
    }
    const small = await get("/assets/small-ABCDEFGH.css", { "accept-encoding": "br" });
    assert.equal(small.headers.get("content-encoding"), null);
    assert.equal(new TextDecoder().decode(small.body), "a{}");
  });

  it("says 304 to a client that has the file, in the same encoding", async () => {
    for (const path of ["/", "/assets/main-ABCDEFGH.js"]) {
      const first = await get(path, { "accept-encoding": "br" });
      const etag = first.headers.get("etag") ?? "";
      assert.match(etag, /^"[^"]+"$/);
      for (const known of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
        const second = await get(path, { "accept-encoding": "br", "if-none-match": known });
        assert.equal(second.status, 304, known);
        assert.equal(second.body.length, 0);
        assert.equal(second.headers.get("etag"), etag);
      }
      const other = await get(path, { "accept-encoding": "gzip", "if-none-match": etag });
      assert.equal(other.status, 200);
    }
  });

  it("answers HEAD with the head alone", async () => {
    const { status, headers, body } = await get("/assets/main-ABCDEFGH.js", {}, "HEAD");
    assert.equal(status, 200);
    assert.equal(headers.get("content-length"), "4000");
    assert.equal(body.length, 0);
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
    for (const path of paths) assert.equal((await get(path)).status, 404, path);
  });

  it("refuses other methods", async () => {
    const response = await fetch(server.origin, { method: "DELETE" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
    assert.match((await errorOf(response)).message, /the method must be GET or HEAD, got DELETE/);
  });

  it("sees a page that was built anew, without a restart", async () => {
    const other = new URL(`file://${await Deno.makeTempDir({ prefix: "epochql-assets-" })}/`);
    await using server = await startTestServer({
      staticFiles: createStaticFiles(other, readManifest),
    });
    const before = await fetch(server.origin);
    assert.equal(before.status, 503);
    assert.match((await errorOf(before)).message, /run 'deno task page'/);
    await writeAssets(other);
    assert.equal((await fetch(server.origin)).status, 200);
    assert.equal((await fetch(`${server.origin}/assets/small-ABCDEFGH.css`)).status, 200);
    await Deno.remove(other, { recursive: true });
  });
});
