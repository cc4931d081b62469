/**
 * The flags of the headless training: a flag for every field of StartTrainingInput, and where the results go.
 * What may be asked for is said by ml/spec/spec.ts and ml/spec/presets.ts alone; the help shows it from there. Nothing is
 * read or written here but the arguments.
 */
import { Command, CommanderError } from "commander";
import { inOneLine } from "../../config.ts";
import { usageProblem } from "../usage_problem.ts";
import { optimizerName } from "../../ml/spec/optimizer.ts";
import { DEFAULT_RECIPE, PRESETS, type Recipe, RECIPES } from "../../ml/spec/presets.ts";
import {
  type DatasetSize,
  type Device,
  DEVICES,
  InvalidSpecError,
  LIMITS,
  resolveSpec,
  type TrainingRequest,
  type TrainingSpec,
} from "../../ml/spec/spec.ts";
import { summarize } from "../../ml/network/summary.ts";
import {
  defaultName,
  DESCRIPTION_LIMITS,
  isLine,
  MAX_KEY_LENGTH,
} from "../../runs/log/description.ts";

/** What is to be done. */
export interface TrainFlags {
  readonly spec: TrainingSpec;
  readonly name: string;
  readonly idempotencyKey?: string;
  /** The folder of the results; a place beside the run where it is left out. */
  readonly out?: string;
  /** What was left open, so that a run that is there already decides it. */
  readonly open: readonly ("seed" | "name")[];
}

/** What the arguments come to. */
export type ParsedFlags =
  | { readonly kind: "train"; readonly flags: TrainFlags }
  | { readonly kind: "help"; readonly text: string }
  /** A line for each thing that is wrong. */
  | { readonly kind: "wrong"; readonly problems: readonly string[] };

/** What flags are read against. */
export interface FlagContext {
  /** The sizes of the dataset. */
  readonly size: DatasetSize;
  /** What AUTO stands for. */
  readonly device?: Device;
  /** Characters of a line of help. */
  readonly columns?: number;
  readonly randomSeed?: () => number;
}

/** The flags that are fields of a spec. */
const SPEC_FLAGS = [
  "recipe",
  "epochs",
  "batchSize",
  "learningRate",
  "seed",
  "device",
  "trainSamples",
  "testSamples",
] as const satisfies readonly (keyof TrainingSpec)[];

/** What commander makes of the arguments: texts, as they were written. */
type Texts =
  & { readonly [Flag in (typeof SPEC_FLAGS)[number]]?: string }
  & { readonly name?: string; readonly idempotencyKey?: string; readonly out?: string };

/**
 * Reads the arguments.
 *
 * @example
 * ```ts
 * parseFlags(["--epochs", "2"], { size: { trainSize: 60_000, testSize: 10_000 } });
 * ```
 */
export function parseFlags(args: readonly string[], context: FlagContext): ParsedFlags {
  let help = "";
  const program = describe(context.size, context.device ?? DEVICES[0])
    .exitOverride()
    .configureOutput({
      writeOut: (text) => help += text,
      writeErr: () => {},
      ...(context.columns === undefined ? {} : { getOutHelpWidth: () => context.columns ?? 80 }),
    });
  try {
    // 'deno task train -- --epochs 2' hands the '--' on.
    program.parse(args[0] === "--" ? args.slice(1) : args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { kind: "help", text: help };
    return { kind: "wrong", problems: [usageProblem("train", error)] };
  }
  return check(program.opts<Texts>(), context);
}

/** The program as commander knows it. */
function describe(size: DatasetSize, device: Device): Command {
  const range = ({ min, max }: { readonly min: number; readonly max: number }) =>
    `${min} to ${grouped(max)}`;
  return new Command("deno task train")
    .usage("[options]")
    .description(
      "Trains in this terminal, without a server. An epoch is a line on stdout; everything else is on stderr. " +
        "The run is kept in the run list of the server as well.",
    )
    .option("-r, --recipe <name>", `what to train and how: ${RECIPES.join(", ")}`, DEFAULT_RECIPE)
    .option("-e, --epochs <n>", `passes over the training set: ${range(LIMITS.epochs)}`)
    .option("-b, --batch-size <n>", `samples a step: ${range(LIMITS.batchSize)}`)
    .option(
      "-l, --learning-rate <x>",
      `above ${LIMITS.learningRate.min}, at most ${LIMITS.learningRate.max}`,
    )
    .option(
      "-s, --seed <n>",
      `${
        range(LIMITS.seed)
      }; the same seed on the same device gives the same numbers (default: by chance)`,
    )
    .option("-d, --device <kind>", `what to train on: ${DEVICES.join(", ")}`, device)
    .option(
      "--train-samples <n>",
      `the first n samples of the training set: 1 to ${grouped(size.trainSize)} (default: all)`,
    )
    .option(
      "--test-samples <n>",
      `the first n samples of the test set: 1 to ${grouped(size.testSize)} (default: all)`,
    )
    .option(
      "-n, --name <text>",
      `what the run is called: up to ${DESCRIPTION_LIMITS.name} characters (default: recipe and seed)`,
    )
    .option(
      "--idempotency-key <text>",
      `a second call with the same key continues or shows the same run: up to ${MAX_KEY_LENGTH} characters`,
    )
    .option(
      "-o, --out <folder>",
      "where pictures and history.json go (default: runs/<id> in EPOCHQL_HOME)",
    )
    .helpOption("-h, --help", "this text")
    .addHelpText("after", `\n${recipeTable()}\n\n${EXIT_CODES}`);
}

const EXIT_CODES =
  `Exit codes: 0 done, 1 failed, 2 wrong flags or settings, 130 Ctrl-C, 143 SIGTERM.
Ctrl-C saves what was trained and leaves the run paused; a second Ctrl-C ends at once.`;

/** The recipes with what they bring where a flag is left out. */
function recipeTable(): string {
  const head = ["Recipe", "parameters", "optimizer", "epochs", "batch size", "learning rate"];
  const rows = RECIPES.map((name: Recipe) => {
    const { network, optimizer, epochs, batchSize, learningRate } = PRESETS[name];
    const { totalParameters } = summarize(network);
    const values = [totalParameters, optimizerName(optimizer), epochs, batchSize, learningRate];
    return [name, ...values.map((value) => typeof value === "number" ? grouped(value) : value)];
  });
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    `  ${
      row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
      ).join("  ")
    }`
  ).join("\n");
}

/** Checks what was written, flag by flag, so that each wrong one is named. */
function check(texts: Texts, { size, device = "AUTO", randomSeed }: FlagContext): ParsedFlags {
  const problems: string[] = [];
  const request: Record<string, string | number> = {};
  for (const flag of SPEC_FLAGS) {
    const text = texts[flag];
    if (text !== undefined) request[flag] = read(flag, text);
  }
  if (request.device === "AUTO") request.device = device;
  let spec: TrainingSpec | undefined;
  while (!spec) {
    try {
      // resolveSpec() checks every value, whatever it is.
      spec = randomSeed
        ? resolveSpec(request as TrainingRequest, size, randomSeed)
        : resolveSpec(request as TrainingRequest, size);
    } catch (error) {
      if (!(error instanceof InvalidSpecError) || !(error.field in request)) throw error;
      problems.push(inFlags(error, texts));
      // What is right about the others shows without it.
      delete request[error.field];
    }
  }
  for (const [flag, text, max] of lines(texts)) {
    if (text === undefined || isLine(text, max)) continue;
    problems.push(
      `Cannot train with --${flag} ${
        JSON.stringify(text)
      }: --${flag} must be a line of 1 to ${max} characters.`,
    );
  }
  if (texts.out?.trim() === "" || texts.out?.includes("\0")) {
    problems.push(
      `Cannot train with --out ${JSON.stringify(texts.out)}: --out must be the path of a folder.`,
    );
  }
  if (problems.length > 0) return { kind: "wrong", problems: problems.map(inOneLine) };
  return {
    kind: "train",
    flags: {
      spec,
      name: texts.name?.trim() ?? defaultName(spec),
      open: (["seed", "name"] as const).filter((flag) => texts[flag] === undefined),
      ...(texts.idempotencyKey === undefined ? {} : { idempotencyKey: texts.idempotencyKey }),
      ...(texts.out === undefined ? {} : { out: texts.out }),
    },
  };
}

/** A flag's text as its field's value: a number, or one of the field's names where it is one. */
function read(flag: (typeof SPEC_FLAGS)[number], text: string): string | number {
  switch (flag) {
    case "recipe":
    case "device": {
      const name = text.trim().toUpperCase().replaceAll("-", "_");
      return [...RECIPES, ...DEVICES].find((known) => known === name) ?? text;
    }
    case "epochs":
    case "batchSize":
    case "learningRate":
    case "seed":
    case "trainSamples":
    case "testSamples":
      return isNumber(text) ? Number(text) : NaN;
    default:
      return flag satisfies never;
  }
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|Infinity)\s*$/i.test(text);
}

/** The error about a field, said about its flag: 'batchSize' is '--batch-size' here. */
function inFlags({ field, message }: InvalidSpecError, texts: Texts): string {
  const flag = `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const text = field === "dataset" ? undefined : texts[field];
  return message
    .replace(new RegExp(`(?<=^Cannot train with |: )${field}(?= )`, "g"), flag)
    // What could not be read as a number is shown as it was written.
    .replace(`${flag} NaN:`, `${flag} '${text}':`);
}

function lines(texts: Texts) {
  return [
    ["name", texts.name, DESCRIPTION_LIMITS.name],
    ["idempotency-key", texts.idempotencyKey, MAX_KEY_LENGTH],
  ] as const;
}

function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}
