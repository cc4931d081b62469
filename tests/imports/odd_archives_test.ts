/** Archives that hold something else than they seem to. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { colouredImages, writeZip, zipOf } from "../support/image_files.ts";
import { importDataset, importRequest, manifestOf, problemOf } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const folder = folderPerTest();

/** Makes an IDX file of zeros. */
function idx(...shape: readonly number[]): Uint8Array {
  const header = shape.flatMap((size) => [0, 0, 0, size]);
  const values = new Array<number>(shape.reduce((product, size) => product * size, 1)).fill(0);
  return Uint8Array.from([0, 0, 8, shape.length, ...header, ...values]);
}

/** Makes an IDX file of labels. */
function labels(...values: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 8, 1, 0, 0, 0, values.length, ...values]);
}

describe("an import of an odd archive", () => {
  it("asks for one of several datasets, such as those of EMNIST's archive", async () => {
    const zip = folder.join("emnist.zip");
    await writeZip(
      zip,
      Object.fromEntries(
        ["letters", "digits"].flatMap((set) => [
          [`gzip/emnist-${set}-mapping.txt`, "1 65 97"],
          ...["train", "test"].flatMap((part): [string, Uint8Array][] => [
            [`gzip/emnist-${set}-${part}-images-idx3-ubyte`, idx(4, 5, 5)],
            [`gzip/emnist-${set}-${part}-labels-idx1-ubyte`, labels(1, 2, 3, 4)],
          ]),
        ]),
      ),
    );
    const problem = problemOf(await importDataset(folder.path, importRequest(zip)));
    assertMatch(problem, /set must be .*, digits or letters, got none\.$/);
    const wrong = importRequest(zip, { idx: { set: "lettres" } });
    assertMatch(
      problemOf(await importDataset(folder.path, wrong)),
      /digits or letters, got 'lettres'/,
    );

    const letters = importRequest(zip, { idx: { set: "letters" } });
    const { content } = manifestOf(await importDataset(folder.path, letters));
    assertEquals(content.classes, ["A", "B", "C", "D"]);
    assertEquals(content.train.count + content.test.count, 8);
  });

  it("says that a dataset alone needs no name", async () => {
    const zip = folder.join("mnist.zip");
    await writeZip(zip, {
      "train-images-idx3-ubyte": idx(4, 5, 5),
      "train-labels-idx1-ubyte": idx(4),
    });
    const request = importRequest(zip, { idx: { set: "letters" } });
    assertMatch(
      problemOf(await importDataset(folder.path, request)),
      /set must be left out where there is one dataset, got 'letters'/,
    );
  });

  it("leaves out a file that is longer than its archive states, and uses the others", async () => {
    const zip = folder.join("colours.zip");
    const bytes = await zipOf(colouredImages(4));
    const view = new DataView(bytes.buffer);
    const first = bytes.findIndex((_, at) =>
      at + 28 < bytes.length && view.getUint32(at) === 0x504b0102
    );
    // The unpacked size of the first file in the directory.
    view.setUint32(first + 24, 5, true);
    await Deno.writeFile(zip, bytes);
    const { problems, content } = manifestOf(await importDataset(folder.path, importRequest(zip)));
    assertEquals(problems.map(({ file }) => file), ["red/0.png"]);
    assertEquals(content.train.count + content.test.count, 11);
  });
});
