/** The options of `deno task train`, as commander prints and parses them. */
import { PRESET_NAMES } from "../../ml/network/presets.ts";
import { summarize } from "../../ml/network/summary.ts";
import { optimizerName } from "../../ml/optimizers/optimizers.ts";
import { CHOSEN_FIELDS, type ChosenField, fieldDefinition } from "../../ml/spec/fields.ts";
import { type Recipe, RECIPE_NAMES, RECIPES } from "../../ml/spec/recipes.ts";
import { allowedValues } from "../../ml/spec/value_rules.ts";
import type { DatasetShape, DatasetSize, Device, EngineName } from "../../ml/spec/spec.ts";
import { DESCRIPTION_LIMITS, MAX_KEY_LENGTH } from "../../runs/log/description.ts";
import { LATEST } from "../../runs/reading/latest.ts";
import { Command, Option } from "commander";

/** Settings that a run has already, by the names that commander gives their flags. */
const FIXED_IN_A_RUN = [
  ...CHOSEN_FIELDS.filter((field) => field !== "epochs"),
  ...["config", "preset", "like", "startFrom", "check", "showPlan", "name", "idempotencyKey"],
];

/** Settings that stand for AUTO. */
export interface Defaults {
  readonly device?: Device;
  readonly engine?: EngineName;
}

/** Describes the program to commander. */
export function describe(size: DatasetSize, defaults: Defaults): Command {
  const program = new Command("deno task train")
    .usage("[options]")
    .description(
      "Train in this terminal, without a server. Prints one line per epoch on stdout, everything else on stderr. " +
        "The run appears in the server's list as well.",
    );
  for (const field of CHOSEN_FIELDS) addFlag(program, field, size, defaults);
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
    .addOption(
      new Option(
        "--like <run>",
        `start with the settings of an earlier run: its name, its id (or its start) or '${LATEST}'; flags override them`,
      ).conflicts("config"),
    )
    .addOption(
      new Option(
        "--resume <run>",
        "continue a run from its last checkpoint, with its own settings; --epochs extends it",
      ).conflicts(FIXED_IN_A_RUN),
    )
    .option("--check", "print the problems, or the network and its settings, and train nothing")
    .option("--show-plan", "print the native engine's plan of a training step, and train nothing")
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
    .option("--json", "print epochs as JSON, one object per line")
    .addOption(new Option("--csv", "print epochs as CSV with a header").conflicts("json"))
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", `\n${recipeTable()}\n\n${SEVERAL}\n${EXIT_CODES}`);
}

/** Adds the flag of a field: '-e, --epochs <n>'. */
function addFlag(
  program: Command,
  field: ChosenField,
  size: DatasetSize,
  defaults: Defaults,
): void {
  const { flag, meaning, rule, note, default: fallback } = fieldDefinition(field);
  const short = flag?.short === undefined ? "" : `-${flag.short}, `;
  const text = (field === "device" || field === "engine" ? defaults[field] : undefined) ??
    fallback.text;
  const help = `${meaning}: ${allowedValues(rule, { size, format: grouped })} (default: ${text})`;
  program.option(
    `${short}${flagOf(field)} <${flag?.value}>`,
    note === undefined ? help : `${help}. ${note}`,
  );
}

/** Returns the flag of a field: '--batch-size'. */
export function flagOf(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const SEVERAL =
  `Numbers accept lists, such as --learning-rate 0.001,0.01: each value is trained in turn, and the runs are compared.`;

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

function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** Returns the names of datasets; undefined where none are known. */
export function namesOf(datasets: readonly DatasetShape[]): { readonly names?: readonly string[] } {
  return datasets.length === 0 ? {} : { names: datasets.flatMap(({ name }) => name ?? []) };
}
