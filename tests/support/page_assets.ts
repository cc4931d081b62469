/** A folder like the one that web/build/build_page.ts writes, with a page and two files. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { PageManifest } from "../../server/http/page_manifest.ts";

const FILES = {
  "playground.html": { type: "text/html; charset=utf-8", text: "<!doctype html>".repeat(100) },
  "main-ABCDEFGH.js": { type: "text/javascript; charset=utf-8", text: "play();\n".repeat(500) },
  "small-ABCDEFGH.css": { type: "text/css; charset=utf-8", text: "a{}" },
} as const;

const isLarge = (text: string) => text.length > 1000;

/** Writes the files, compressed forms of the large ones, and the manifest. */
export async function writeAssets(folder: URL): Promise<void> {
  const files: Record<string, PageManifest["files"][string]> = {};
  for (const [name, { type, text }] of Object.entries(FILES)) {
    const encodings = isLarge(text) ? ["br", "gzip"] as const : [];
    files[name] = { type, bytes: text.length, encodings, etag: `"${name.length}-${text.length}"` };
    await Deno.writeTextFile(new URL(name, folder), text);
    if (!isLarge(text)) continue;
    await Deno.writeFile(new URL(`${name}.br`, folder), brotliCompressSync(text));
    await Deno.writeFile(new URL(`${name}.gz`, folder), gzipSync(text));
  }
  const manifest: PageManifest = {
    sources: [],
    stamp: "",
    build: "a-build",
    page: "playground.html",
    files,
  };
  await Deno.writeTextFile(new URL("manifest.json", folder), JSON.stringify(manifest));
}
