/** The datasets in an archive of several: EMNIST's holds six, whose names are parts of those of their files. */
import { ImportError } from "../imported/error.ts";
import type { ArrayFile } from "./arrays/array_file.ts";
import { splitOf } from "./split_name.ts";

/**
 * Chooses the files of one dataset.
 *
 * @param wanted its name, where the archive holds several
 * @throws {ImportError} which names the datasets, if it is none of them or missing
 */
export function chooseSet(
  files: readonly ArrayFile[],
  wanted: string | undefined,
  source: string,
): readonly ArrayFile[] {
  const sets = Object.groupBy(files, ({ file }) => setOf(file.path));
  const names = Object.keys(sets).toSorted();
  if (wanted === undefined && (names.length <= 1 || !hasSeveral(files))) return files;
  const chosen = wanted === undefined ? undefined : sets[wanted.toLowerCase()];
  if (chosen) return chosen;
  const listed = names.filter((name) => name !== "");
  if (listed.length === 0) {
    throw new ImportError(
      `Cannot import ${source}: set must be left out where there is one dataset, got '${wanted}'.`,
    );
  }
  const got = wanted === undefined ? "none" : `'${wanted}'`;
  throw new ImportError(
    `Cannot import ${source}: set must be the name of one of its datasets, ${
      listed.join(" or ")
    }, got ${got}.`,
  );
}

/** Returns true if a part has images in more than one file. */
function hasSeveral(files: readonly ArrayFile[]): boolean {
  const splits = files.flatMap(({ file, shape }) => shape.length > 2 ? [splitOf(file.path)] : []);
  return new Set(splits).size < splits.length;
}

/**
 * Returns the name of the dataset that a file belongs to, which stands before its part: 'letters' for
 * 'gzip/emnist-letters-train-images-idx3-ubyte.gz'; '' if there is none, as in 'train-images-idx3-ubyte'.
 */
function setOf(path: string): string {
  const file = path.toLowerCase().split("/").at(-1) ?? "";
  const [, before = ""] =
    /^(.+?)[-_.](?:train|training|val|valid|validation|test|testing|t10k)(?:[^a-z]|$)/.exec(file) ??
      [];
  return before.replace(/^emnist[-_]/, "");
}
