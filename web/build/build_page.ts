/**
 * Builds what the browser loads: bundles web/ into static/assets/ and writes the page beside it.
 *
 * - static/playground.html is the page, checked in, and names its files plainly: /assets/main.js. The build
 *   writes static/assets/playground.html, the same page with the names that hold the content's hash, and its id.
 * - Every other file has its hash in its name and never changes: it may be cached indefinitely.
 * - Each file that shrinks has a .br and a .gz beside it.
 * - static/assets/manifest.json lists what may be served. It is written last and replaced whole, so that a
 *   build that is killed leaves the page as it was.
 *
 * Nothing is done while the manifest's stamp, a hash of everything that the bundle is made of, is current.
 */
import {
  type AssetFile,
  ASSETS,
  compressedName,
  MANIFEST,
  type PageManifest,
  readManifest,
} from "../../server/http/page_manifest.ts";
import { bundle, ROOT } from "./bundle.ts";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants, gunzip } from "node:zlib";

/** Options of buildPage(). */
export interface BuildPageOptions {
  /** Told one line at the start and one at the end of a build. */
  readonly log?: (line: string) => void;
  /** Target folder; static/assets/ by default. */
  readonly outDir?: URL;
}

const PAGE = "playground.html";

/** Element of the page that holds the build's id. */
const BUILD_ELEMENT = '<meta name="build" content="">';

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  txt: "text/plain; charset=utf-8",
  woff2: "font/woff2",
};

/** Returns whether the page is built, complete and up to date. Takes milliseconds. */
export async function isPageBuilt(outDir: URL = ASSETS): Promise<boolean> {
  return await currentManifest(outDir) !== undefined;
}

/**
 * Builds the page if it is not built.
 *
 * @returns the manifest of what is to be served
 * @throws if a source does not compile, or static/assets/ cannot be written
 */
export async function buildPage(
  { log = () => {}, outDir = ASSETS }: BuildPageOptions = {},
): Promise<PageManifest> {
  const built = await currentManifest(outDir);
  if (built) return built;

  log("Bundling the page");
  const started = performance.now();
  const { contents, sources } = await bundle();
  const { html, build } = await renderPage([...contents.keys()]);
  contents.set(PAGE, encode(html));

  const stamp = await sourceStamp(sources);

  await Deno.mkdir(outDir, { recursive: true });
  const files: Record<string, AssetFile> = {};
  await Promise.all(
    [...contents].map(async ([name, bytes]) => files[name] = await writeAsset(outDir, name, bytes)),
  );
  const manifest: PageManifest = { sources, stamp, build, page: PAGE, files };
  await replaceFile(new URL(MANIFEST, outDir), encode(JSON.stringify(manifest, null, 2) + "\n"));
  await removeOthers(outDir, manifest);

  const megabytes = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const seconds = (performance.now() - started) / 1000;
  log(`Bundled the page: ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s`);
  return manifest;
}

/** The manifest, if all that it names is there and of the present sources. */
async function currentManifest(outDir: URL): Promise<PageManifest | undefined> {
  const manifest = await readManifest(outDir);
  if (!manifest) return undefined;
  try {
    const [stamp, complete] = await Promise.all([
      sourceStamp(manifest.sources),
      isComplete(manifest, outDir),
    ]);
    return stamp === manifest.stamp && complete ? manifest : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A hash over source files and the versions that deno.json pins. */
async function sourceStamp(sources: readonly string[]): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const hashes = sources.map(async (source) =>
    `${source} ${await sha256(await Deno.readFile(new URL(source, ROOT)))}`
  );
  return await sha256(encode([JSON.stringify(imports), ...await Promise.all(hashes)].join("\n")));
}

/**
 * Renders the page: every /assets/NAME.EXT is replaced by the file that NAME.EXT was built into, and the build's id is
 * put into its element.
 */
async function renderPage(
  names: readonly string[],
): Promise<{ readonly html: string; readonly build: string }> {
  const source = await Deno.readTextFile(new URL("static/playground.html", ROOT));
  const named = source.replace(/\/assets\/([\w-]+)\.(\w+)/g, (plain, name, extension) => {
    const built = names.find((candidate) =>
      candidate.startsWith(`${name}-`) && candidate.endsWith(`.${extension}`)
    );
    if (!built) {
      throw new Error(
        `Cannot build the page: static/playground.html must name a built file, got ${plain}.`,
      );
    }
    return `/assets/${built}`;
  });
  const build = (await sha256(encode(named))).slice(0, 16);
  return { html: named.replace(BUILD_ELEMENT, `<meta name="build" content="${build}">`), build };
}

/** Writes a file and its compressed forms. */
async function writeAsset(
  outDir: URL,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<AssetFile> {
  const file = new URL(name, outDir);
  const [[br, gzip], digest] = await Promise.all([
    readForms(file, bytes).catch(() => Promise.all([brotli(bytes), gzipped(bytes)])),
    sha256(bytes),
  ]);
  const worthIt = bytes.length > 1024 && br.length < bytes.length * 0.9;
  await Promise.all([
    replaceFile(file, bytes),
    ...(worthIt
      ? [
        replaceFile(new URL(`${name}.br`, outDir), br),
        replaceFile(new URL(`${name}.gz`, outDir), gzip),
      ]
      : []),
  ]);
  return {
    type: TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
    bytes: bytes.length,
    encodings: worthIt ? ["br", "gzip"] : [],
    etag: `"${digest.slice(0, 20)}"`,
  };
}

/**
 * Reads the compressed forms of a file that an earlier build has written: to compress takes most of a build's time.
 *
 * @throws if one is not there, or is not of these bytes
 */
async function readForms(file: URL, bytes: Uint8Array): Promise<[Uint8Array, Uint8Array]> {
  const read = (suffix: string) => Deno.readFile(new URL(`${file.href}.${suffix}`));
  const [br, gzip] = await Promise.all([read("br"), read("gz")]);
  const unpacked = await Promise.all([promisify(brotliDecompress)(br), promisify(gunzip)(gzip)]);
  if (!unpacked.every((form) => form.equals(bytes))) {
    throw new Error(`${file} was compressed from other bytes.`);
  }
  return [br, gzip];
}

/** Level 9 is within 6 % of the best and ten times as fast. */
function brotli(bytes: Uint8Array): Promise<Uint8Array> {
  return promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}

async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Replaces a file in one step: readers see the old one or the new one. */
async function replaceFile(file: URL, bytes: Uint8Array): Promise<void> {
  const partial = new URL(`${file.href}.${crypto.randomUUID()}.part`);
  try {
    await Deno.writeFile(partial, bytes);
    await Deno.rename(partial, file);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

async function isComplete(manifest: PageManifest, outDir: URL): Promise<boolean> {
  const sizes = Object.entries(manifest.files).map(async ([name, { bytes, encodings }]) => {
    const { size } = await Deno.stat(new URL(name, outDir));
    for (const encoding of encodings) {
      await Deno.stat(new URL(compressedName(name, encoding), outDir));
    }
    return size === bytes;
  });
  return (await Promise.all(sizes)).every((same) => same);
}

/** Removes what older or killed builds left behind, but nothing that another build may be writing now. */
async function removeOthers(outDir: URL, manifest: PageManifest): Promise<void> {
  const keep = new Set([MANIFEST]);
  for (const [name, { encodings }] of Object.entries(manifest.files)) {
    keep.add(name);
    for (const encoding of encodings) keep.add(compressedName(name, encoding));
  }
  for await (const { name } of Deno.readDir(outDir)) {
    const file = new URL(name, outDir);
    if (keep.has(name) || name.endsWith(".part") && await isRecent(file)) continue;
    await Deno.remove(file, { recursive: true }).catch(() => {});
  }
}

async function isRecent(file: URL): Promise<boolean> {
  const { mtime } = await Deno.stat(file);
  return mtime === null || Date.now() - mtime.getTime() < 600_000;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
