/**
 * MNIST and its relatives as IDX files: Fashion-MNIST, KMNIST, EMNIST, whose images lie on their side, and QMNIST,
 * whose labels have eight columns.
 */
import type { Archive, ArchiveFile } from "../archives/archive.ts";
import { plainStream } from "../archives/gzip.ts";
import { readHead } from "../archives/open.ts";
import { ImportError } from "../imported/error.ts";
import { type ArrayFile, readHeaders } from "./arrays/array_file.ts";
import { isIdx, readIdxHeader } from "./arrays/idx_header.ts";
import { type LabelledPart, openLabelledArrays } from "./arrays/labelled_arrays.ts";
import { emnistNames } from "./emnist_names.ts";
import type { Format } from "./format.ts";
import { chooseSet } from "./idx_sets.ts";
import { splitOf } from "./split_name.ts";

/** The largest number of files that are looked into. */
const MAX_FILES = 64;

export const idxFamily: Format = {
  title: "IDX files as those of MNIST",
  async detect(archive) {
    return (await idxFilesOf(archive)).length > 0;
  },
  async open(archive, { idx }, source) {
    const arrays = await readHeaders(archive, await idxFilesOf(archive), readIdxHeader);
    const parts = partsOf(chooseSet(arrays, idx?.set, source), source);
    const [path = source] = parts.map(({ inputs }) => inputs.file.path);
    const isEmnist = /emnist/i.test(`${source}/${path}`);
    return await openLabelledArrays(archive, parts, {
      isTransposed: isEmnist,
      // QMNIST's labels have columns about the writer beside.
      takesFirstColumn: true,
      nameOf: isEmnist ? emnistNames(path) : undefined,
    });
  },
};

/** Finds the files that begin as IDX files do, packed or not. */
async function idxFilesOf(archive: Archive): Promise<readonly ArchiveFile[]> {
  if (archive.files.length > MAX_FILES) return [];
  const found: ArchiveFile[] = [];
  for await (const opened of archive.read(new Set(archive.files))) {
    const head = await plainStream(opened).then((stream) => readHead(stream, 4)).catch(() =>
      undefined
    );
    if (head && isIdx(head)) found.push(opened.file);
  }
  return found;
}

/** Finds the images and labels of each part. */
function partsOf(arrays: readonly ArrayFile[], source: string): readonly LabelledPart[] {
  const splits = [...new Set(arrays.map(({ file }) => splitOf(file.path)))];
  return splits.map((split): LabelledPart => {
    const own = arrays.filter(({ file }) => splitOf(file.path) === split);
    const images = own.filter(({ shape }) => shape.length > 2);
    const labels = own.filter(({ shape }) => shape.length <= 2);
    const [inputs, ...otherImages] = images;
    const [column, ...otherLabels] = labels;
    if (inputs && column && otherImages.length + otherLabels.length === 0) {
      return { split: splits.length > 1 ? split : undefined, inputs, labels: column };
    }
    throw new ImportError(
      `Cannot import ${source}: it must hold one file of images and one of labels for each part, got ${
        own.map(({ file, shape }) => `${file.path} [${shape.join(", ")}]`).slice(0, 10).join(", ")
      }.`,
    );
  });
}
