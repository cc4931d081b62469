/** The page's bundle: built once, reproducibly, and atomically. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertRejects,
} from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { cp } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { pathToFileURL } from "node:url";
import { buildPage, isPageBuilt } from "../../web/build/build_page.ts";
import {
  ASSETS,
  compressedName,
  type PageManifest,
  readManifest,
} from "../../server/http/page_manifest.ts";

describe("buildPage()", () => {
  let outDir: URL;
  let manifest: PageManifest;
  const lines: string[] = [];
  const build = () => buildPage({ outDir, log: (line) => lines.push(line) });
  const read = (name: string) => Deno.readFile(new URL(name, outDir));

  before(async () => {
    outDir = new URL(`${pathToFileURL(await Deno.makeTempDir({ prefix: "epochql-built-" }))}/`);
    // The page that all other tests of it use: to build it takes seconds of CPU time.
    manifest = await buildPage();
    await cp(ASSETS, outDir, { recursive: true });
  });
  after(() => Deno.remove(outDir, { recursive: true }));

  it("names each file by its content, and the page's files in the page", async () => {
    const page = new TextDecoder().decode(await read(manifest.page));
    const named = [...page.matchAll(/\/assets\/([\w.-]+)/g)].map(([, name = ""]) => name);
    assertEquals(named.length, 2);
    for (const name of named) {
      assertMatch(name, /-[A-Z0-9]{8}\.(js|css)$/);
      assert(manifest.files[name], name);
    }
  });

  it("lists every file with its type and size, and compresses what shrinks", async () => {
    let compressed = 0;
    for (const [name, { type, bytes, encodings, etag }] of Object.entries(manifest.files)) {
      const file = await read(name);
      assertEquals(file.length, bytes);
      assertMatch(etag, /^"[0-9a-f]{20}"$/);
      assertNotEquals(type, "application/octet-stream", name);
      for (const encoding of encodings) {
        const packed = await read(compressedName(name, encoding));
        const unpacked = encoding === "br" ? brotliDecompressSync(packed) : gunzipSync(packed);
        assert(unpacked.equals(file), compressedName(name, encoding));
        compressed++;
      }
    }
    assert(compressed > 10);
  });

  it("holds nothing that asks another machine", async () => {
    const page = new TextDecoder().decode(await read(manifest.page));
    assertNotMatch(page, /(src|href)="https?:/);
  });

  it("does nothing while nothing has changed", async () => {
    assertEquals(await isPageBuilt(outDir), true);
    assertEquals(await build(), manifest);
    assertEquals(lines, []);
  });

  it("builds anew what was damaged, to the same bytes, says so, and clears away what is old", async () => {
    const [damaged = ""] = Object.keys(manifest.files).filter((name) => name.startsWith("main-"));
    const [lost = ""] = Object.keys(manifest.files).filter((name) => name.endsWith(".css"));
    const original = await read(damaged);
    const compressed = await read(compressedName(damaged, "br"));
    await Deno.writeTextFile(new URL(damaged, outDir), "cut off");
    await Deno.writeTextFile(new URL(compressedName(damaged, "br"), outDir), "cut off");
    await Deno.remove(new URL(compressedName(lost, "br"), outDir));
    await Deno.writeTextFile(new URL("old-ABCDEFGH.js", outDir), "");
    assertEquals(await isPageBuilt(outDir), false);
    assertEquals(await build(), manifest);
    assertEquals(lines[0], "Bundling the page");
    assertMatch(lines[1] ?? "", /^Bundled the page: \d+\.\d MB in \d+\.\d s$/);
    assertEquals(await read(damaged), original);
    assertEquals(await read(compressedName(damaged, "br")), compressed);
    assertEquals(await isPageBuilt(outDir), true);
    await assertRejects(() => read("old-ABCDEFGH.js"), Deno.errors.NotFound);
  });

  it("takes a manifest that is cut off for none", async () => {
    const file = new URL("manifest.json", outDir);
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, text.slice(0, text.length / 2));
    assertEquals(await readManifest(outDir), undefined);
    assertEquals(await isPageBuilt(outDir), false);
    await Deno.writeTextFile(file, text);
    assertEquals(await isPageBuilt(outDir), true);
  });

  it("knows its sources, so that a change of one is seen", () => {
    for (const source of ["web/main.tsx", "static/playground.html", "web/build/build_page.ts"]) {
      assert(manifest.sources.includes(source), source);
    }
    assert(manifest.sources.includes("pictures/curves_option.ts"));
    assert(!manifest.sources.some((source) => source.includes("node_modules")));
  });
});
