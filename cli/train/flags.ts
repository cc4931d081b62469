/**
 * The flags of `deno task train`: one for every field of StartTrainingInput with a single value, a file for the others,
 * and the folder of the results. Their limits and defaults come from ml/spec/.
 */
import { Command, CommanderError, Option } from "commander";
import { readStartFrom } from "./start_from.ts";
import { inOneLine } from "../../lib/config_error.ts";
import { usageProblem } from "../usage_problem.ts";
import { type ConfigFile, readConfigFile } from "./config_file.ts";
import { CHOSEN_FIELDS, type ChosenField, fieldDefinition } from "../../ml/spec/fields.ts";
import { type Recipe, RECIPE_NAMES, RECIPES } from "../../ml/spec/recipes.ts";
import { completeSpec, parseRequest } from "../../ml/spec/resolve.ts";
import type { Problem } from "../../ml/options/problem.ts";
import { allowedValues, type Rule } from "../../ml/spec/rules.ts";
import {
  type DatasetShape,
  type DatasetSize,
  type Device,
  type TrainingRequest,
  type TrainingSpec,
} from "../../ml/spec/spec.ts";
import { PRESET_NAMES } from "../../ml/network/presets.ts";
import { summarize } from "../../ml/network/summary.ts";
import {
  defaultName,
  DESCRIPTION_LIMITS,
  isLine,
  MAX_KEY_LENGTH,
} from "../../runs/log/description.ts";
import { optimizerName } from "../../ml/optimizers/optimizers.ts";

/** The training that the flags ask for. */
export interface TrainFlags {
  readonly spec: TrainingSpec;
  readonly name: string;
  readonly idempotencyKey?: string | undefined;
  /** The weights to begin with, in the form of a request, where `file` is a path; undefined for random ones. */
  readonly startFrom?: unknown;
  /** The folder of the results; undefined for the run's own. */
  readonly out?: string | undefined;
  /** The flags that were left out and that a run with the same idempotency key decides. */
  readonly open: readonly ("seed" | "name")[];
}

/** The result of parsing the arguments. */
export type ParsedFlags =
  | { readonly kind: "train"; readonly flags: TrainFlags }
  /** A check that found no problem: nothing is to be trained. */
  | { readonly kind: "check"; readonly spec: TrainingSpec; readonly startFrom?: unknown }
  | { readonly kind: "help"; readonly text: string }
  /** A line for each problem. */
  | { readonly kind: "wrong"; readonly problems: readonly string[] };

/** The values that limits and defaults depend on. */
export interface FlagContext {
  /** The sizes of the default dataset. */
  readonly size: DatasetSize;
  /** The datasets that can be trained on. */
  readonly datasets?: readonly DatasetShape[];
  /** The device that AUTO stands for. */
  readonly device?: Device;
  /** The width of the help text, in characters. */
  readonly columns?: number;
  readonly randomSeed?: () => number;
}

/** The arguments as commander reads them: text. */
type Texts =
  & { readonly [Flag in ChosenField]?: string }
  & { readonly name?: string; readonly idempotencyKey?: string; readonly out?: string }
  & { readonly config?: string; readonly preset?: string; readonly check?: boolean }
  & { readonly startFrom?: string };

const PRESET: Rule = { kind: "name", names: PRESET_NAMES };

/** No file: every setting is a flag's or a default. */
const NO_FILE: ConfigFile = { input: {}, positionOf: () => "", problems: [] };

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
  const program = describe(context.size, context.device ?? "AUTO")
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
  const texts = program.opts<Texts>();
  const read = texts.config === undefined ? undefined : readConfigFile(texts.config);
  if (read?.ok === false) return { kind: "wrong", problems: [inOneLine(read.problem)] };
  return check(texts, read?.file ?? NO_FILE, context);
}

/** Describes the program to commander. */
function describe(size: DatasetSize, device: Device): Command {
  const program = new Command("deno task train")
    .usage("[options]")
    .description(
      "Train in this terminal, without a server. Prints one line per epoch on stdout, everything else on stderr. " +
        "The run appears in the server's list as well.",
    );
  for (const field of CHOSEN_FIELDS) addFlag(program, field, size, device);
  return program
    .option(
      "-c, --config <file>",
      "YAML or JSON with the input of the API's startTraining, for networks and trainings of your own; flags override it",
    )
    .addOption(
      new Option(
        "-p, --preset <name>",
        `built-in network in place of a recipe's: one of ${PRESET_NAMES.join(", ")}`,
      ).conflicts("recipe"),
    )
    .option(
      "--start-from <source>",
      "weights to begin with: a run's newest checkpoint (RUN), that of an epoch (RUN@EPOCH), or a safetensors file " +
        "with PyTorch's names (default: random ones)",
    )
    .option("--check", "print the problems, or the network and its settings, and train nothing")
    .option(
      "-n, --name <text>",
      `the run's name: up to ${DESCRIPTION_LIMITS.name} characters (default: recipe and seed)`,
    )
    .option(
      "--idempotency-key <text>",
      `a second call with the same key continues or shows the same run: up to ${MAX_KEY_LENGTH} characters`,
    )
    .option(
      "-o, --out <folder>",
      "folder for pictures and history.json (default: runs/<id> in EPOCHQL_HOME)",
    )
    .helpOption("-h, --help", "this text")
    .addHelpText("after", `\n${recipeTable()}\n\n${EXIT_CODES}`);
}

/** Adds the flag of a field: '-e, --epochs <n>'. */
function addFlag(program: Command, field: ChosenField, size: DatasetSize, device: Device): void {
  const { flag, meaning, rule, note, default: fallback } = fieldDefinition(field);
  const short = flag?.short === undefined ? "" : `-${flag.short}, `;
  const text = field === "device" ? device : fallback.text;
  const help = `${meaning}: ${allowedValues(rule, { size, format: grouped })} (default: ${text})`;
  program.option(
    `${short}${flagOf(field)} <${flag?.value}>`,
    note === undefined ? help : `${help}. ${note}`,
  );
}

/** Returns the flag of a field: '--batch-size'. */
function flagOf(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const EXIT_CODES =
  `Exit codes: 0 done, 1 failed, 2 wrong flags or settings, 130 Ctrl-C, 143 SIGTERM.
Ctrl-C saves a checkpoint and pauses the run; a second Ctrl-C quits at once.`;

/** Renders the recipes with their defaults. */
function recipeTable(): string {
  const head = ["Recipe", "parameters", "optimizer", "epochs", "batch size", "learning rate"];
  const rows = RECIPE_NAMES.map((name: Recipe) => {
    const { network, optimizer, epochs, batchSize, learningRate } = RECIPES[name];
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

/** Checks the arguments and the file, and reports a problem for each wrong flag and each wrong setting. */
function check(
  texts: Texts,
  file: ConfigFile,
  { size, datasets = [], device = "AUTO", randomSeed }: FlagContext,
): ParsedFlags {
  const { name: _name, idempotencyKey: _key, startFrom: start = null, ...settings } = file.input;
  const request: Record<string, unknown> = { ...settings };
  for (const field of CHOSEN_FIELDS) {
    const text = texts[field];
    if (text !== undefined) request[field] = readValue(fieldDefinition(field).rule, text);
  }
  if (texts.recipe !== undefined) delete request.network;
  if (texts.preset !== undefined) request.network = { preset: readValue(PRESET, texts.preset) };
  if ((request.device ?? "AUTO") === "AUTO") request.device = device;
  // The parser checks every value, of whatever type it is.
  const { dataset } = request;
  const shape = dataset === undefined
    ? size
    : datasets.find(({ name, reference }) => dataset === name || dataset === reference) ??
      { ...size, ...namesOf(datasets) };
  const parsed = parseRequest(request as TrainingRequest, shape);
  const found = parsed.ok ? [] : parsed.problems.filter(({ path }) => !isIn(file.problems, path));
  const problems = [...file.problems, ...found].map((problem) => inFlags(problem, texts, file));
  problems.push(...textProblems(texts, file));
  if (!parsed.ok || problems.length > 0) {
    return { kind: "wrong", problems: problems.map(inOneLine) };
  }
  const spec = completeSpec(parsed.draft, randomSeed);
  const startFrom = texts.startFrom === undefined ? start : readStartFrom(texts.startFrom);
  const choice = startFrom === null ? {} : { startFrom };
  if (texts.check) return { kind: "check", spec, ...choice };
  const { name, idempotencyKey } = { ...file.input, ...texts } as Texts;
  return {
    kind: "train",
    flags: {
      spec,
      ...choice,
      name: name?.trim() ?? defaultName(spec),
      open: (["seed", "name"] as const).filter((flag) =>
        (texts[flag] ?? file.input[flag] ?? undefined) === undefined
      ),
      idempotencyKey: idempotencyKey ?? undefined,
      out: texts.out,
    },
  };
}

function isIn(problems: readonly Problem[], path: Problem["path"]): boolean {
  return problems.some((problem) => problem.path.join() === path.join());
}

/** Lists the problems of values that are texts. */
function textProblems(texts: Texts, file: ConfigFile): readonly string[] {
  const problems: string[] = [];
  for (const [field, max] of LINES) {
    const { [field]: text } = texts;
    const given = text ?? file.input[field] ?? undefined;
    if (given === undefined || typeof given === "string" && isLine(given, max)) continue;
    const label = text === undefined ? field : flagOf(field);
    const where = text === undefined ? `${file.positionOf([field])}: ` : "";
    problems.push(
      `${where}Cannot train with ${label} ${
        JSON.stringify(given)
      }: ${label} must be a line of 1 to ${max} characters.`,
    );
  }
  if (texts.out?.trim() === "" || texts.out?.includes("\0")) {
    problems.push(
      `Cannot train with --out ${JSON.stringify(texts.out)}: --out must be the path of a folder.`,
    );
  }
  return problems;
}

/** Reads a flag's text as a value of its field: a number, or one of the field's names where it is one. */
function readValue(rule: Rule, text: string): string | number {
  if (rule.kind === "dataset") return text.trim();
  if (rule.kind !== "name") return isNumber(text) ? Number(text) : NaN;
  const name = text.trim().toUpperCase().replaceAll("-", "_");
  return rule.names.find((known) => known === name) ?? text;
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|Infinity)\s*$/i.test(text);
}

/** Returns a problem in terms of its flag, 'batchSize' is '--batch-size' there, or with its position in the file. */
function inFlags({ path, message }: Problem, texts: Texts, file: ConfigFile): string {
  const [field] = path;
  if (texts.preset !== undefined && field === "network") {
    return message.replace(/(?<=^Cannot train with |: )preset(?= )/g, "--preset");
  }
  const chosen = CHOSEN_FIELDS.find((known) => known === field);
  const text = chosen && texts[chosen];
  if (text === undefined && field !== undefined && field in file.input) {
    return `${file.positionOf(path)}: ${message}`;
  }
  if (chosen === undefined) return message;
  const flag = flagOf(chosen);
  return message
    .replace(new RegExp(`(?<=^Cannot train with |: )${chosen}(?= )`, "g"), flag)
    // Text that is not a number is shown as it was written.
    .replace(`${flag} NaN:`, `${flag} '${text}':`);
}

const LINES = [
  ["name", DESCRIPTION_LIMITS.name],
  ["idempotencyKey", MAX_KEY_LENGTH],
] as const;

function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** Returns the names of datasets; undefined where none are known. */
function namesOf(datasets: readonly DatasetShape[]): { readonly names?: readonly string[] } {
  return datasets.length === 0 ? {} : { names: datasets.flatMap(({ name }) => name ?? []) };
}
