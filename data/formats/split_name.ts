/** The part of a dataset that names of files and folders tell. */
import type { Split } from "../dataset.ts";

/** Words for parts. Samples for validation are trained on: runs keep validation samples of their own. */
const SPLIT_WORDS: ReadonlyMap<string, Split> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["val", "train"],
  ["valid", "train"],
  ["validation", "train"],
  ["test", "test"],
  ["testing", "test"],
]);

/** Returns the part that a word in lower case stands for; undefined if it stands for none. */
export function splitOfWord(word: string): Split | undefined {
  return SPLIT_WORDS.get(word);
}

/**
 * Returns the part that a file is of: 'train.csv', 'mnist_test.csv', 't10k-images', else that of the nearest folder:
 * 'test/0000.parquet'; undefined if none says one.
 */
export function splitOf(path: string): Split | undefined {
  for (const name of path.toLowerCase().split("/").toReversed()) {
    if (/(^|[^a-z])(test|testing|t10k)([^a-z]|$)/.test(name)) return "test";
    if (/(^|[^a-z])(train|training|val|valid|validation)([^a-z]|$)/.test(name)) return "train";
  }
  return undefined;
}
