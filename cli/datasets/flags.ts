/** The commands and flags of `deno task datasets`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { basename, resolve } from "node:path";
import { COLOR_MODES, FITS } from "../../data/images/preprocessing.ts";
import { datasetNameOf } from "../../data/reference.ts";
import { DEFAULT_TEST_SHARE, type ImportRequest, REQUESTED_FORMATS } from "../../imports/job.ts";
import { checkImport, MAX_SIDE } from "../../imports/request.ts";
import { type NoCommand, readCommand, received } from "../program.ts";

/** A parsed command. */
export type DatasetsCommand =
  | { readonly kind: "import"; readonly request: ImportRequest }
  | { readonly kind: "list" }
  | { readonly kind: "show" | "cancel"; readonly name: string }
  | { readonly kind: "delete"; readonly names: readonly string[] };

/** The result of parsing the arguments. */
export type ParsedDatasets =
  | { readonly kind: "run"; readonly command: DatasetsCommand }
  | NoCommand;

/** The flags of an import as commander reads them. */
interface ImportFlags {
  readonly name?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly color: typeof COLOR_MODES[number];
  readonly fit: typeof FITS[number];
  readonly format: typeof REQUESTED_FORMATS[number];
  readonly testShare: number;
  readonly seed: number;
  readonly label?: string;
  readonly features?: readonly string[];
  readonly imageShape?: readonly number[];
  readonly image?: string;
  readonly set?: string;
}

/** Reads the arguments. */
export function parseDatasets(
  args: readonly string[],
  now: () => Date = () => new Date(),
): ParsedDatasets {
  let parsed: ParsedDatasets | undefined;
  const run = (command: DatasetsCommand) => {
    parsed = { kind: "run", command };
  };
  const program = new Command("deno task datasets")
    .description("Import datasets of your own, and list, show and delete them.")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false);
  program.addCommand(importCommand((path, flags) => {
    parsed = toImport(path, flags, now());
  }));
  program.command("list").description("list the datasets").action(() => run({ kind: "list" }));
  program.command("show").argument("<name>").description("show a dataset and what was left out")
    .action((name: string) => run({ kind: "show", name }));
  program.command("cancel").argument("<name>").description("cancel an import")
    .action((name: string) => run({ kind: "cancel", name }));
  program.command("delete").argument("<name...>")
    .description("delete datasets, or imports that failed, for good")
    .action((names: readonly string[]) => run({ kind: "delete", names }));
  const other = readCommand(program, args);
  if (other) return other;
  return received(parsed);
}

function importCommand(action: (path: string, flags: ImportFlags) => void): Command {
  return new Command("import")
    .argument(
      "<path>",
      "file or folder: images in a folder for each class, CSV, .npz or .npy, Parquet, IDX (MNIST and its relatives) or " +
        "CIFAR; also in a .zip, .tar or .tar.gz",
    )
    .description("import a dataset from a file or a folder")
    .option("-n, --name <name>", "name of the dataset (default: that of the file or folder)")
    .option("-s, --size <WxH>", "resize images to this width and height: 32x32", toSize)
    .addOption(choice("--color <mode>", "colour of images", COLOR_MODES, "RGB"))
    .addOption(choice("--fit <how>", "how images are resized", FITS, "COVER"))
    .addOption(choice("--format <format>", "format of the source", REQUESTED_FORMATS, "AUTO"))
    .option(
      "--test-share <x>",
      "share kept for testing where the source has no test part",
      toNumber,
      DEFAULT_TEST_SHARE,
    )
    .option("--seed <n>", "random seed of the test part and the order", toNumber, 0)
    .option("--label <column>", "column of the labels: its name, or its number from 1")
    .option(
      "--features <columns>",
      "columns of the values, separated by commas",
      (text) => text.split(","),
    )
    .option(
      "--image-shape <shape>",
      "shape of the image in a row: 28x28, or channels first 3x32x32",
      toShape,
    )
    .option("--set <name>", "one dataset of an archive of several: letters, of EMNIST's")
    .option("--image <column>", "column of the images, of Parquet files")
    .helpOption("-h, --help", "show this help")
    .action(action);
}

function choice(
  flags: string,
  description: string,
  names: readonly string[],
  fallback: string,
): Option {
  return new Option(flags, `${description}: ${names.join(", ")}`).default(fallback).argParser(
    (text) => {
      const name = text.trim().toUpperCase().replaceAll("-", "_");
      if (names.includes(name)) return name;
      throw new InvalidArgumentError(`It must be one of ${names.join(", ")}.`);
    },
  );
}

function toSize(text: string): { readonly width: number; readonly height: number } {
  const [, width, height = width] = /^(\d{1,5})(?:x(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  if (width === undefined) {
    throw new InvalidArgumentError(
      `It must be a width and a height up to ${MAX_SIDE}, such as 32x32.`,
    );
  }
  return { width: Number(width), height: Number(height) };
}

function toShape(text: string): readonly number[] {
  const sides = text.trim().split(/[x,]/i);
  const isShape = sides.length === 2 || sides.length === 3;
  if (!isShape || !sides.every((side) => /^\d{1,5}$/.test(side))) {
    throw new InvalidArgumentError(
      "It must be a height and a width such as 28x28, or channels before them such as 3x32x32.",
    );
  }
  return sides.map(Number);
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError("It must be a number.");
  }
  return value;
}

function toImport(path: string, flags: ImportFlags, now: Date): ParsedDatasets {
  const absolute = resolve(path);
  const {
    name = datasetNameOf(basename(absolute)),
    size,
    color,
    fit,
    format,
    testShare,
    seed,
    label,
    features,
    imageShape,
    image,
    set,
  } = flags;
  const checked = checkImport({
    name,
    source: { path: absolute, name: basename(absolute) },
    format,
    images: size && { ...size, color, fit },
    csv: { label, features, imageShape },
    parquet: { label, image },
    idx: { set },
    testShare,
    seed,
  }, now.toISOString());
  return checked.ok
    ? { kind: "run", command: { kind: "import", request: checked.request } }
    : { kind: "wrong", problems: checked.problems.map(({ message }) => message) };
}
