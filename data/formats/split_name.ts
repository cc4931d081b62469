/** The part of a dataset that a file's path tells. */
import type { Split } from "../dataset.ts";

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
