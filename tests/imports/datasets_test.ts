/** Datasets and imports in sight of those who look while an import ends. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { importedFolder, importsFolder } from "../../data/imported/place.ts";
import { findImported, jobFolder, listDatasets } from "../../imports/datasets.ts";
import { writeRequest } from "../../imports/job.ts";
import { colouredImages, writeZip } from "../support/image_files.ts";
import { importDataset, importRequest } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

/** Times that an import ends, with readers at most moments of it. */
const ENDS = 25;
const READERS = 12;
/** Other folders of datasets. */
const OTHERS = 20;

const folder = folderPerTest();

describe("a dataset whose import ends", () => {
  it("is found and listed at every moment, as an import or as a dataset", async () => {
    const zip = folder.join("colours.zip");
    await writeZip(zip, colouredImages(2));
    const request = importRequest(zip);
    await importDataset(folder.path, request);
    const job = jobFolder(folder.path, request.name);
    const ready = join(importedFolder(folder.path), request.name);
    const prepared = folder.join("prepared");
    await Deno.mkdir(importsFolder(folder.path), { recursive: true });
    await Deno.rename(ready, prepared);
    // A list takes its time over them.
    for (let other = 0; other < OTHERS; other++) {
      await Deno.mkdir(join(importedFolder(folder.path), `other-${other}`));
    }

    const look = [
      async () => [await findImported(folder.path, request.name)],
      () => listDatasets(folder.path),
    ];
    for (let round = 0; round < ENDS; round++) {
      await Deno.mkdir(job);
      await writeRequest(job, request);
      const end = async () => {
        // Before some readers begin, in the middle of others, after some.
        for (let turn = 0; turn < round; turn++) await Deno.stat(prepared);
        await Deno.rename(prepared, ready);
        await Deno.remove(job, { recursive: true });
      };
      const [, ...seen] = await Promise.all([
        end(),
        ...Array.from({ length: READERS }, async (_, at) => {
          for (let turn = 0; turn < at; turn++) await Deno.stat(folder.path);
          return (await look[at % look.length]?.() ?? []).map((found) => found?.name);
        }),
      ]);
      for (const names of seen) assertEquals(names, ["mine"]);
      await Deno.rename(ready, prepared);
    }
  });
});
