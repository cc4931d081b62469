/**
 * NumPy's arrays: a .npz, which is a zip of them, or .npy files in a folder. Their names say what they hold: x_train
 * and y_train, train_images and train_labels, X and y.
 */
import type { Archive, ArchiveFile } from "../archives/archive.ts";
import { readHead, startsWith } from "../archives/open.ts";
import { ImportError } from "../imported/error.ts";
import { type ArrayFile, readColumn, readHeaders } from "./arrays/array_file.ts";
import { type LabelledPart, openLabelledArrays } from "./arrays/labelled_arrays.ts";
import { NPY_MAGIC, readNpyHeader } from "./arrays/npy_header.ts";
import type { Format } from "./format.ts";
import { splitOfWord } from "./split_name.ts";

const ROLES = {
  inputs: [
    "x",
    "image",
    "images",
    "img",
    "imgs",
    "data",
    "features",
    "inputs",
    "samples",
    "pixels",
  ],
  labels: ["y", "label", "labels", "lbl", "target", "targets"],
  classes: ["class_names", "classes", "label_names", "target_names"],
} as const;
type Role = keyof typeof ROLES;

/** The meaning of an array by its name. */
interface Meaning {
  readonly role: Role | undefined;
  /** The part as it is named: 'val' is one of its own. */
  readonly part: string;
}

export const npz: Format = {
  title: "arrays of NumPy, .npz or .npy",
  async detect(archive) {
    const [first] = arraysOf(archive);
    if (!first) return false;
    for await (const opened of archive.read(new Set([first]))) {
      return startsWith(await readHead(opened.stream()).catch(() => new Uint8Array()), NPY_MAGIC);
    }
    return false;
  },
  async open(archive, { csv }, source) {
    const arrays = await readHeaders(archive, arraysOf(archive), readNpyHeader);
    const named = arrays.map((array) => ({ array, ...meaningOf(array.file.path) }));
    const names = named.find(({ role, array }) =>
      role === "classes" && array.element.kind === "text"
    );
    const classes = names && (await readColumn(archive, names.array)).map(String);
    return await openLabelledArrays(archive, pairsOf(named, source), {
      imageShape: csv?.imageShape,
      classes,
      nameOf: classes && ((label) => classes[label]),
    });
  },
};

function arraysOf({ files }: Archive): readonly ArchiveFile[] {
  return files.filter(({ path }) => /\.npy$/i.test(path));
}

/** Reads the meaning of a name: 'x_train', 'trainImages', 'data/test/labels.npy'. */
function meaningOf(path: string): Meaning {
  const name = path.replace(/\.npy$/i, "").replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  const words = name.split(/[^a-z]+/).map((word) =>
    word.replace(/^([xy])(train|test|val)$/, "$1 $2")
  )
    .flatMap((word) => word.split(" "));
  const part = words.findLast((word) => splitOfWord(word)) ?? "";
  const classes = ROLES.classes.some((known) => name.endsWith(known));
  const role = classes
    ? "classes"
    : (["inputs", "labels"] as const).find((role) =>
      words.some((word) => ROLES[role].some((known) => known === word))
    );
  return { role, part };
}

function pairsOf(
  named: readonly (Meaning & { readonly array: ArrayFile })[],
  source: string,
): readonly LabelledPart[] {
  const parts = [...new Set(named.map(({ part }) => part))];
  const pairs = parts.flatMap((part): readonly LabelledPart[] => {
    const find = (role: Role) =>
      named.filter((each) => each.part === part && each.role === role).map(({ array }) => array);
    const [[inputs, ...otherInputs], [labels, ...otherLabels]] = [find("inputs"), find("labels")];
    if (!inputs || !labels || otherInputs.length > 0 || otherLabels.length > 0) return [];
    return [{ split: splitOfWord(part), inputs, labels }];
  });
  const found = pairs.length > 0 ? pairs : unnamedPair(named.map(({ array }) => array));
  if (found.length > 0) return found;
  const got = named.map(({ array }) => `${array.file.path} [${array.shape.join(", ")}]`);
  throw new ImportError(
    `Cannot import ${source}: it must hold samples and labels in arrays such as x_train and y_train, or images and labels, ` +
      `got ${got.slice(0, 10).join(", ")}${got.length > 10 ? ", …" : ""}.`,
  );
}

/** Takes two arrays of any names, one of which has a single value a sample, for samples and labels. */
function unnamedPair(arrays: readonly ArrayFile[]): readonly LabelledPart[] {
  const [a, b, ...more] = arrays;
  if (!a || !b || more.length > 0) return [];
  const isColumn = ({ shape }: ArrayFile) => shape.slice(1).every((size) => size === 1);
  if (isColumn(a) === isColumn(b)) return [];
  const [inputs, labels] = isColumn(b) ? [a, b] : [b, a];
  return [{ split: undefined, inputs, labels }];
}
