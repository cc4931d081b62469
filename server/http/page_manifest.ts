/** Manifest of the built page: the contract between web/build/, which writes it, and the server, which serves it. */

/** A file of static/assets/, by its name. */
export interface AssetFile {
  /** Its content-type. */
  readonly type: string;
  /** Bytes, uncompressed. */
  readonly bytes: number;
  /** Compressed forms beside it, best first: 'br' as NAME.br, 'gzip' as NAME.gz. */
  readonly encodings: readonly ("br" | "gzip")[];
  /** Strong ETag of the uncompressed file, quotes included. */
  readonly etag: string;
}

/** Content of static/assets/manifest.json: everything that a server needs to serve the page. */
export interface PageManifest {
  /** Source files of the page, relative to the project's root. */
  readonly sources: readonly string[];
  /** Hash of the sources and the pinned packages. */
  readonly stamp: string;
  /** Id of the build: a digest of the HTML page, which names every other file by its content. */
  readonly build: string;
  /** Name of the HTML page: the only file served with `no-cache`. */
  readonly page: string;
  /** Every file that may be served, by name. */
  readonly files: Readonly<Record<string, AssetFile>>;
}

/** Folder of the built page. */
export const ASSETS = new URL("../../static/assets/", import.meta.url);

/**
 * Header of the page's response that holds the id of the build. The page compares it with its own (web/api/build.ts).
 */
export const BUILD_HEADER = "epochql-build";

/** File name of the manifest in that folder. */
export const MANIFEST = "manifest.json";

/**
 * Reads the manifest of the last build.
 *
 * @returns undefined if the page was never built
 */
export async function readManifest(outDir: URL = ASSETS): Promise<PageManifest | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL(MANIFEST, outDir))) as PageManifest;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns the name of a file's compressed form. */
export function compressedName(name: string, encoding: "br" | "gzip"): string {
  return `${name}.${encoding === "br" ? "br" : "gz"}`;
}
