/** Imports onto a disk that is full before they end. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { describe } from "@std/testing/bdd";
import { openLabelled } from "../../data/storage/open.ts";
import { importDataset, importRequest, manifestOf } from "../support/import_dataset.ts";
import { itWithDisk, smallDisk } from "../support/small_disk.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const folder = folderPerTest();

/** More rows of 784 pixels than fit onto a disk of a megabyte. */
const ROWS = 2500;

describe("an import onto a full disk", () => {
  itWithDisk("says so, waits, and goes on by itself once there is room", async () => {
    const path = folder.join("digits.csv");
    const row = (at: number) => `${at % 2},${new Array(784).fill(at % 250).join(",")}`;
    await Deno.writeTextFile(path, Array.from({ length: ROWS }, (_, at) => row(at)).join("\n"));
    using disk = smallDisk("1m") ?? fail();
    const problems = new Set<string>();
    const found = await importDataset(disk.path, importRequest(path), ({ problem }) => {
      if (problem === null) return;
      problems.add(problem);
      disk.resize("16m");
    });
    const [problem = "", ...others] = problems;
    assertMatch(problem, /the disk is full\. Free some space; the import goes on by itself/);
    assertEquals(others, []);
    const { content } = manifestOf(found);
    assertEquals(content.train.count + content.test.count, ROWS);
    const train = await openLabelled("mine", "train", disk.path);
    assert("images" in train);
    for (const [at, label] of train.labels.entries()) {
      assertEquals((train.images[at * 784] ?? 0) % 2, label);
    }
  });
});
