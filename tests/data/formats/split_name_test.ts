/** The part of a dataset that a name tells. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { splitOf, splitOfWord } from "../../../data/formats/split_name.ts";

const WORDS = {
  train: ["train", "training", "val", "valid", "validation"],
  test: ["test", "testing"],
} as const;

describe("the part of a dataset", () => {
  for (const split of ["train", "test"] as const) {
    it(`is ${split} for each of its words, in a name or alone`, () => {
      for (const word of WORDS[split]) {
        assertEquals(splitOfWord(word), split);
        assertEquals(splitOf(`digits_${word.toUpperCase()}.csv`), split);
        assertEquals(splitOf(`digits/${word}/0000.parquet`), split);
        assertEquals(splitOf(`my${word}.csv`), undefined, "a part of another word");
      }
    });
  }

  it("is that of the file's own name before that of a folder", () => {
    assertEquals(splitOf("train/t10k-images-idx3-ubyte"), "test");
    assertEquals(splitOf("test/a/train-0.csv"), "train");
    assertEquals(splitOf("digits/7/0001.png"), undefined);
  });
});
