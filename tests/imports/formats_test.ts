/** Imports of every format in an importer's process, with its permissions and libraries. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { writeZip } from "../support/image_files.ts";
import { importDataset, importRequest, manifestOf } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const GOLDEN = fileURLToPath(new URL("../data/formats/golden/", import.meta.url));

/** A source with its format, its classes, and the shape and numbers of its samples. */
const SOURCES = [
  ["keras.npz", "NPZ", ["0", "1", "2"], [6, 4, 1], [5, 2]],
  ["fashion.zip", "IDX", ["0", "3", "9"], [5, 5, 1], [4, 2]],
  ["cifar-10-binary.tar.gz", "CIFAR", ["airplane", "automobile", "bird"], [32, 32, 3], [3, 2]],
  ["hugging-face", "PARQUET", ["zebra", "ant"], [3, 3, 3], [15, 3]],
  ["columns", "NPZ", ["3", "5"], [1, 1, 3], [2, 2]],
] as const;

describe("an import in an importer's process", () => {
  const folder = folderPerTest();

  for (const [name, format, classes, shape, counts] of SOURCES) {
    it(`finds out the format, the classes and the samples of ${name}`, async () => {
      const request = importRequest(`${GOLDEN}${name}`, { testShare: 0.5 });
      const { content, source, problemCount } = manifestOf(
        await importDataset(folder.path, request),
      );
      assertEquals(source.format, format);
      assertEquals(content.classes, [...classes]);
      assertEquals(content.imageShape, [...shape]);
      assertEquals([content.train.count, content.test.count], [...counts]);
      assertEquals(problemCount, 0);
    });
  }

  for (const kind of ["zip", "tar.gz"] as const) {
    it(`unpacks Parquet files of a .${kind} to the disk one by one, and reads them as those of a folder`, async () => {
      const packed = folder.join(`pets.${kind}`);
      if (kind === "zip") await zipFolder(packed, `${GOLDEN}hugging-face`);
      else await tarFolder(packed, `${GOLDEN}hugging-face`);
      const { content } = manifestOf(
        await importDataset(folder.path, importRequest(packed, { name: "packed" })),
      );
      const plain = manifestOf(
        await importDataset(folder.path, importRequest(`${GOLDEN}hugging-face`)),
      );
      assertEquals(content.train, plain.content.train);
      assertEquals(content.test, plain.content.test);
      assertEquals(await Array.fromAsync(Deno.readDir(folder.join("imports"))), []);
    });
  }
});

async function zipFolder(path: string, source: string): Promise<void> {
  const files = (await Array.fromAsync(Deno.readDir(`${source}/data`))).map(({ name }) => name)
    .toSorted();
  const contents = files.map(async (name) =>
    [`data/${name}`, await Deno.readFile(`${source}/data/${name}`)] as const
  );
  await writeZip(path, Object.fromEntries(await Promise.all(contents)));
}

async function tarFolder(path: string, source: string): Promise<void> {
  const { success } = await new Deno.Command("tar", {
    args: ["--create", "--sort=name", "--gzip", `--file=${path}`, `--directory=${source}`, "data"],
  }).output();
  assert(success);
}
