/** Imports of files of every format that were damaged at random: each ends, and nothing half-imported is left. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { listImported } from "../../data/imported/read.ts";
import { importDataset, importRequest, problemOf } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const GOLDEN = fileURLToPath(new URL("../data/formats/golden/", import.meta.url));
const SOURCES = ["keras.npz", "fashion.zip", "table.parquet", "qmnist.tar.gz"] as const;

/** Number of damaged copies of each source. */
const COPIES = 4;

describe("an import of a damaged file", () => {
  const folder = folderPerTest();

  for (const source of SOURCES) {
    it(`of ${source} is ready, or fails with a sentence and leaves no dataset`, async () => {
      const whole = await Deno.readFile(`${GOLDEN}${source}`);
      for (let seed = 1; seed <= COPIES; seed++) {
        const path = folder.join(`${seed}-${basename(source)}`);
        await Deno.writeFile(path, damaged(whole, seed));
        const name = `copy-${seed}`;
        const found = await importDataset(folder.path, importRequest(path, { name }));
        const names = (await listImported(folder.path)).map((manifest) => manifest.name);
        assertEquals(names.includes(name), found.kind === "ready");
        if (found.kind === "ready") continue;
        assertMatch(problemOf(found), /^Cannot .*\.$/);
        assertNotMatch(problemOf(found), /Unexpected/);
      }
    });
  }
});

/** Cuts a file, or changes a few of its bytes. */
function damaged(whole: Uint8Array, seed: number): Uint8Array {
  let state = seed * 2_654_435_761;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  if (seed % 2 === 0) return whole.slice(0, below(whole.length));
  const bytes = whole.slice();
  for (let change = 0; change < 8; change++) bytes[below(bytes.length)] = below(256);
  return bytes;
}
