/** The part of a dataset that a file's name tells. */
import type { Split } from "../dataset.ts";

/** Returns the part that a file is of: 'train.csv', 'mnist_test.csv', 't10k-images'; undefined if it says none. */
export function splitOf(path: string): Split | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/(^|[^a-z])(test|testing|t10k)([^a-z]|$)/.test(name)) return "test";
  if (/(^|[^a-z])(train|training|val|valid|validation)([^a-z]|$)/.test(name)) return "train";
  return undefined;
}
