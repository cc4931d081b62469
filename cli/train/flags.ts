/**
 * The flags of `deno task train`: one for every field of StartTrainingInput with a single value, a file or an earlier
 * run for the others, and those of the output. Their limits and defaults come from ml/spec/.
 */
import { datasetNames } from "../../data/catalog.ts";
import { isReference } from "../../data/reference.ts";
import { inOneLine } from "../../lib/config_error.ts";
import { PRESET_NAMES } from "../../ml/network/presets.ts";
import type { Problem } from "../../ml/options/problem.ts";
import {
  CHOSEN_FIELDS,
  type ChosenField,
  fieldDefinition,
  NUMBER_FIELDS,
} from "../../ml/spec/fields.ts";
import { settingText } from "../../ml/spec/parameter_grid.ts";
import { engineFor } from "../../ml/spec/engine_choice.ts";
import { completeSpec, parseRequest } from "../../ml/spec/resolve.ts";
import type { ValueRule } from "../../ml/spec/value_rules.ts";
import type { RunInput } from "../../ml/spec/run_input.ts";
import type {
  DatasetShape,
  DatasetSize,
  Device,
  EngineName,
  TrainingRequest,
  TrainingSpec,
} from "../../ml/spec/spec.ts";
import {
  defaultName,
  DESCRIPTION_LIMITS,
  isLine,
  MAX_KEY_LENGTH,
} from "../../runs/log/description.ts";
import { usageProblem } from "../terminal/usage_problem.ts";
import { describe, flagOf, namesOf } from "./command.ts";
import { type ConfigFile, readConfigFile } from "./config_file.ts";
import { type FormatFlags, formatOf } from "../terminal/epoch_format.ts";
import { readStartFrom } from "./start_from.ts";
import type { OutputFlags, ParsedFlags } from "./parsed_flags.ts";
import { checkSweep } from "./sweep.ts";
import { CommanderError } from "commander";

/** The values that limits and defaults depend on. */
export interface FlagContext {
  /** The sizes of the default dataset. */
  readonly size: DatasetSize;
  /** The datasets that can be trained on. */
  readonly datasets?: readonly DatasetShape[];
  /** True if a dataset that is not among them may be on another machine. */
  readonly hasElsewhere?: boolean;
  /** The device that AUTO stands for. */
  readonly device?: Device;
  /** The engine that AUTO stands for. */
  readonly engine?: EngineName;
  /** The width of the help text, in characters. */
  readonly columns?: number;
  readonly randomSeed?: () => number;
  /** The input of the run that --like names. */
  readonly like?: RunInput;
}

/** The arguments as commander reads them: text. */
type Texts =
  & { readonly [Flag in ChosenField]?: string }
  & { readonly name?: string; readonly idempotencyKey?: string; readonly out?: string }
  & {
    readonly config?: string;
    readonly preset?: string;
    readonly check?: boolean;
    readonly showPlan?: boolean;
  }
  & { readonly startFrom?: string; readonly like?: string; readonly resume?: string }
  & FormatFlags;

const PRESET: ValueRule = { kind: "name", names: PRESET_NAMES };

/** No file: every setting is a flag's or a default. */
const NO_FILE: ConfigFile = { input: {}, positionOf: () => "", lineOf: () => 0, problems: [] };

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
  const program = describe(context.size, context)
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
  if (texts.resume !== undefined) return checkResume(texts.resume, texts);
  if (texts.like !== undefined) {
    const { like } = context;
    if (!like) return { kind: "like", run: texts.like };
    const file = { ...NO_FILE, input: { ...like }, positionOf: () => "--like" };
    return checkSweep(texts, (one, defaults) => check(one, file, { ...context, ...defaults }));
  }
  const read = texts.config === undefined ? undefined : readConfigFile(texts.config);
  if (read?.ok === false) return { kind: "wrong", problems: [inOneLine(read.problem)] };
  const file = read?.file ?? NO_FILE;
  return checkSweep(texts, (one, defaults) => check(one, file, { ...context, ...defaults }));
}

/** Checks the arguments beside --resume. The run itself decides which numbers of epochs it can have. */
function checkResume(run: string, texts: Texts): ParsedFlags {
  const problems = textProblems(texts, NO_FILE).map(({ text }) => text);
  const epochs = texts.epochs === undefined ? undefined : Number(texts.epochs);
  if (epochs !== undefined && !(isNumber(texts.epochs ?? "") && Number.isInteger(epochs))) {
    problems.push(
      inOneLine(`Cannot resume with --epochs '${texts.epochs}': it must be a whole number.`),
    );
  }
  if (problems.length > 0) return { kind: "wrong", problems };
  return { kind: "resume", flags: { run, epochs }, output: outputOf(texts) };
}

function outputOf(texts: Texts): OutputFlags {
  return { format: formatOf(texts), out: texts.out };
}

/** Checks the arguments and the file, and reports a problem for each wrong flag and each wrong setting. */
function check(
  texts: Texts,
  file: ConfigFile,
  { size, datasets = [], hasElsewhere, device = "AUTO", engine = "AUTO", randomSeed }: FlagContext,
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
  const known = datasets.find(({ name, reference }) => dataset === name || dataset === reference);
  const mayBeElsewhere = typeof dataset === "string" && isReference(dataset) &&
    !datasetNames.some((name) => name === dataset);
  if (hasElsewhere && !known && mayBeElsewhere) {
    return { kind: "elsewhere", dataset };
  }
  const shape = dataset === undefined ? size : known ?? { ...size, ...namesOf(datasets) };
  const parsed = parseRequest(request as TrainingRequest, shape);
  const found = parsed.ok ? [] : parsed.problems.filter(({ path }) => !isIn(file.problems, path));
  const problems = [
    ...[...file.problems, ...found].map((problem) => inFlags(problem, texts, file)),
    ...textProblems(texts, file),
  ].toSorted((one, other) => one.line - other.line);
  if (!parsed.ok || problems.length > 0) {
    return { kind: "wrong", problems: problems.map(({ text }) => inOneLine(text)) };
  }
  const { draft } = parsed;
  const spec = completeSpec(
    { ...draft, engine: engineFor(draft.engine, draft.device, engine) },
    randomSeed,
  );
  const startFrom = texts.startFrom === undefined ? start : readStartFrom(texts.startFrom);
  const choice = startFrom === null ? {} : { startFrom };
  if (texts.showPlan) return { kind: "plan", spec };
  if (texts.check) return { kind: "check", spec, ...choice };
  const { name, idempotencyKey } = { ...file.input, ...texts } as Texts;
  return {
    kind: "train",
    flags: {
      spec,
      ...choice,
      name: name?.trim() ?? nameOf(spec, texts),
      open: (["seed", "name"] as const).filter((flag) =>
        (texts[flag] ?? file.input[flag] ?? undefined) === undefined
      ),
      idempotencyKey: idempotencyKey ?? undefined,
    },
    output: outputOf(texts),
  };
}

/** The name of a run that got none. One like another is named by what it changes. */
function nameOf(spec: TrainingSpec, texts: Texts): string {
  const changed = NUMBER_FIELDS.filter((field) => field !== "seed" && texts[field] !== undefined);
  return [
    defaultName(spec),
    ...texts.like === undefined ? [] : changed.map((field) => settingText(field, spec[field])),
  ].join(", ");
}

function isIn(problems: readonly Problem[], path: Problem["path"]): boolean {
  return problems.some((problem) => problem.path.join() === path.join());
}

/** A problem in words, and its place among the others. */
interface PlacedProblem {
  readonly text: string;
  readonly line: number;
}

/** Lists the problems of values that are texts. */
function textProblems(texts: Texts, file: ConfigFile): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  for (const [field, max] of LINES) {
    const { [field]: text } = texts;
    const given = text ?? file.input[field] ?? undefined;
    if (given === undefined || typeof given === "string" && isLine(given, max)) continue;
    const label = text === undefined ? field : flagOf(field);
    const message = `Cannot train with ${label} ${
      JSON.stringify(given)
    }: ${label} must be a line of 1 to ${max} characters.`;
    problems.push(text === undefined ? placed(file, [field], message) : unplaced(message));
  }
  if (texts.out?.trim() === "" || texts.out?.includes("\0")) {
    problems.push(unplaced(
      `Cannot train with --out ${JSON.stringify(texts.out)}: --out must be the path of a folder.`,
    ));
  }
  return problems;
}

/** Reads a flag's text as a value of its field: a number, or one of the field's names where it is one. */
function readValue(rule: ValueRule, text: string): string | number {
  if (rule.kind === "dataset") return text.trim();
  if (rule.kind !== "name") return isNumber(text) ? Number(text) : NaN;
  const name = text.trim().toUpperCase().replaceAll("-", "_");
  return rule.names.find((known) => known === name) ?? text;
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|Infinity)\s*$/i.test(text);
}

/** Returns a problem in terms of its flag, 'batchSize' is '--batch-size' there, or with its position in the file. */
function inFlags({ path, message }: Problem, texts: Texts, file: ConfigFile): PlacedProblem {
  const [field] = path;
  if (texts.preset !== undefined && field === "network") {
    return unplaced(message.replace(/(?<=^Cannot train with |: )preset(?= )/g, "--preset"));
  }
  const chosen = CHOSEN_FIELDS.find((known) => known === field);
  const text = chosen && texts[chosen];
  if (text === undefined && field !== undefined && field in file.input) {
    return placed(file, path, message);
  }
  if (chosen === undefined) return unplaced(message);
  const flag = flagOf(chosen);
  return unplaced(
    message
      .replace(new RegExp(`(?<=^Cannot train with |: )${chosen}(?= )`, "g"), flag)
      // Text that is not a number is shown as it was written.
      .replace(`${flag} NaN:`, `${flag} '${text}':`),
  );
}

/** A problem of a setting in the file, with its position. */
function placed(file: ConfigFile, path: Problem["path"], message: string): PlacedProblem {
  return { text: `${file.positionOf(path)}: ${message}`, line: file.lineOf(path) };
}

/** A problem of a flag; they stand before those of the file. */
function unplaced(text: string): PlacedProblem {
  return { text, line: -1 };
}

const LINES = [
  ["name", DESCRIPTION_LIMITS.name],
  ["idempotencyKey", MAX_KEY_LENGTH],
] as const;
