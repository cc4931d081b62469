/** `deno task datasets list` and `show`: datasets as a table, and one of them in full. */
import type { DatasetInfo } from "../../data/catalog.ts";
import type { ImportedDataset } from "../../imports/datasets.ts";
import { count } from "../../lib/format.ts";
import { printLine } from "../terminal/output.ts";
import { type Canvas, type Column, tableLines } from "../runs/table.ts";

/** A row of the list. */
export interface ListedDataset {
  readonly name: string;
  readonly state: string;
  readonly info: DatasetInfo | undefined;
  /** Why its import has failed, or does not go on. */
  readonly problem: string | null;
}

const COLUMNS: readonly Column<ListedDataset>[] = [
  { head: "NAME", value: ({ name }) => name, shrinks: true },
  { head: "STATE", value: ({ state }) => state },
  {
    head: "SHAPE",
    value: ({ info }) => info ? shapeText(info) : "–",
    raw: ({ info }) => info ? shapeText(info) : "",
  },
  number("CLASSES", (info) => info.classes.length),
  number("TRAIN", (info) => info.trainSize),
  number("TEST", (info) => info.testSize),
];

/** The reason of a failure: too long for a terminal, where it stands below the table. */
const PROBLEM: Column<ListedDataset> = { head: "PROBLEM", value: ({ problem }) => problem ?? "" };

/** Prints datasets as a table, and what is wrong with some of them. */
export function printList(datasets: readonly ListedDataset[], canvas: Canvas): void {
  const columns = canvas.isTerminal ? COLUMNS : [...COLUMNS, PROBLEM];
  for (const line of tableLines(datasets, columns, canvas)) printLine(line);
  if (!canvas.isTerminal) return;
  for (const { name, problem } of datasets) {
    if (problem !== null) printLine(`${name}: ${problem}`);
  }
}

/** Prints everything that is known of a dataset. */
export function printDataset(dataset: ImportedDataset): void {
  if (dataset.kind === "import") {
    const { state, imported, problem, problems, problemCount } = dataset.state;
    printLine(`${dataset.name}: ${state.toLowerCase()}, ${count(imported)} samples`);
    if (problem !== null) printLine(problem);
    printProblems(problems, problemCount);
    return;
  }
  const { name, version, content, columns, source, createdAt, problems, problemCount } =
    dataset.manifest;
  const { classes, train, test, kind, imageShape } = content;
  // Values of images are shown from 0 to 1, as manifests have them.
  const unit = kind === "images" ? 1 : 255;
  const mean = content.mean.map((value) => value * unit);
  const std = content.std.map((value) => value * unit);
  printLine(`${name}@${version}`);
  printLine(`  imported ${createdAt} from ${source.name} (${source.format})`);
  printLine(
    `  samples  ${count(train.count)} for training, ${count(test.count)} for testing, ${
      shapeText({ kind, imageShape })
    }`,
  );
  if (columns) printColumns(columns, mean, std);
  else {
    printLine(
      `  mean     ${mean.slice(0, 4).map(rounded).join(", ")}   std ${
        std.slice(0, 4).map(rounded).join(", ")
      }`,
    );
  }
  printLine(`  classes  ${classes.length}`);
  for (const [label, className] of classes.entries()) {
    printLine(
      `  ${String(label).padStart(5)}  ${className}: ${count(train.classCounts[label] ?? 0)} + ${
        count(test.classCounts[label] ?? 0)
      }`,
    );
  }
  printProblems(problems, problemCount);
}

/** The largest number of columns that are listed. */
const SHOWN_COLUMNS = 40;

/** Prints the features of a table by name, with their statistics. */
function printColumns(
  columns: readonly string[],
  mean: readonly number[],
  std: readonly number[],
): void {
  const shown = columns.slice(0, SHOWN_COLUMNS);
  printLine("  features");
  for (const [at, name] of shown.entries()) {
    printLine(`         ${name}: mean ${rounded(mean[at] ?? NaN)}, std ${rounded(std[at] ?? NaN)}`);
  }
  if (columns.length > shown.length) {
    printLine(`         and ${count(columns.length - shown.length)} more`);
  }
}

function printProblems(
  problems: readonly { readonly file: string; readonly message: string }[],
  total: number,
): void {
  if (total === 0) return;
  printLine(`${count(total)} left out:`);
  for (const { file, message } of problems) printLine(`  ${file}: ${message}`);
  if (total > problems.length) printLine(`  and ${count(total - problems.length)} more`);
}

function number(head: string, value: (info: DatasetInfo) => number): Column<ListedDataset> {
  return {
    head,
    value: ({ info }) => info ? count(value(info)) : "–",
    raw: ({ info }) => info ? String(value(info)) : "",
    right: true,
  };
}

/** Returns the shape of a sample: '3 x 32 x 32', channels first as in PyTorch, or '4 features'. */
function shapeText(
  { kind, imageShape: [height, width, channels] }: Pick<DatasetInfo, "kind" | "imageShape">,
): string {
  if (kind === "features") return `${channels} features`;
  return `${channels} x ${height} x ${width}`;
}

function rounded(value: number): string {
  return value.toFixed(4);
}
