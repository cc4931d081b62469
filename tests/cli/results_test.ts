/** The files that a training leaves behind. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { checkFolder, writeResults } from "../../cli/train/results.ts";
import { textsOf } from "../pictures/look.ts";
import { history } from "./fixtures.ts";

let folder = "";

function filesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
}

describe("the results of a training", () => {
  beforeEach(async () => {
    folder = await Deno.makeTempDir({ prefix: "epochql-results-" });
  });
  afterEach(() => Deno.remove(folder, { recursive: true }));

  describe("checkFolder()", () => {
    it("accepts a folder that can be made, and makes nothing", async () => {
      await checkFolder(`${folder}/a/b`, "--out");
      await checkFolder(folder, "--out");
      assertEquals(filesIn(folder), []);
    });

    it("says what is wrong with a place that is no folder", async () => {
      await Deno.writeTextFile(`${folder}/file`, "");
      for (const path of [`${folder}/file`, `${folder}/file/below`, "/proc/epochql"]) {
        const error = await assertRejects(() => checkFolder(path, "--out"), Error);
        assertEquals(error.name, "WrongInputError");
        assertMatch(
          error.message,
          /^Cannot write results to '.+': --out must be a folder that can be written, got '[^']+'\. Name another\.$/,
        );
      }
    });
  });

  describe("writeResults()", () => {
    it("writes the curves twice and the history", async () => {
      const names = await writeResults(folder, history(2));
      assertEquals(names, ["curves.svg", "curves.png", "curves.pdf", "history.json"]);
      assertEquals(filesIn(folder), ["curves.pdf", "curves.png", "curves.svg", "history.json"]);
      const svg = await Deno.readTextFile(`${folder}/curves.svg`);
      assertMatch(svg, /^<svg/);
      assertMatch(svg, /BASIC_CNN, seed 1/);
      const png = await Deno.readFile(`${folder}/curves.png`);
      assertEquals([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
      assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/history.json`)), history(2));
    });

    it("draws what the run has learned, as far as it is known", async () => {
      const names = await writeResults(folder, history(1), {
        confusion: {
          classes: ["a", "b"],
          counts: [[3, 1], [0, 4]],
          samples: "pet test set",
          place: "epoch 1, step 4",
        },
        kernels: { layer: "conv1", shape: [1, 1, 1, 2], values: [-1, 1], place: "epoch 1, step 4" },
      });
      const pictures = ["curves", "confusion", "kernels"];
      assertEquals(names, [
        ...pictures.flatMap((name) => [`${name}.svg`, `${name}.png`, `${name}.pdf`]),
        "history.json",
      ]);
      assertEquals(filesIn(folder), [...names].sort());
      const confusion = await Deno.readTextFile(`${folder}/confusion.svg`);
      assertEquals(textsOf(confusion).slice(0, 6), [
        "BASIC_CNN, seed 1",
        "accuracy 87.50% · n = 8 (pet test set) · epoch 1, step 4",
        ...["3", "1", "0", "4"],
      ]);
      const kernels = await Deno.readTextFile(`${folder}/kernels.svg`);
      assertMatch(kernels, />conv1: 1 kernel of 1 × 2 · epoch 1, step 4</);
      assertMatch(kernels, />BASIC_CNN, seed 1</);
    });

    it("draws nothing where no epoch was finished", async () => {
      assertEquals(await writeResults(folder, history(0)), ["history.json"]);
      assertEquals(filesIn(folder), ["history.json"]);
    });

    it("replaces the results of an earlier run", async () => {
      await writeResults(folder, history(1));
      await writeResults(folder, history(2));
      const { epochs } = JSON.parse(await Deno.readTextFile(`${folder}/history.json`));
      assertEquals(epochs.length, 2);
    });

    it("says on a full disk where the run is kept, and leaves no half of a file", {
      ignore: Deno.build.os !== "linux",
    }, async () => {
      // Writing through this link finds the disk full.
      await Deno.symlink("/dev/full", `${folder}/curves.svg.part`);
      const error = await assertRejects(() => writeResults(folder, history(1)), Error);
      assertEquals(error.name, "ResultsError");
      assertMatch(error.message, /got 'No space left on device'\. The run and its epochs are kept/);
      assertMatch(error.message, /BASIC_CNN, seed 1.*a1b2/);
      assertEquals(filesIn(folder), ["history.json"]);
    });
  });
});
