/** The flags of `deno task bench`. */
import { Command, InvalidArgumentError } from "commander";
import { CONTENDERS } from "./training/contenders.ts";
import type { Effort } from "./training/sample.ts";

/** Names of the parts for --only that are not contenders. */
export const START_UP = "start-up";
export const OVERHEAD = "overhead";
export const PAGE = "page";
export const LOAD = "load";
export const WATCHED = "watched-training";
export const IMPORT = "import";
export const PREDICT = "predict";

/** Parts to measure, rounds and their length. */
export interface BenchOptions extends Effort {
  readonly rounds: number;
  /** Names of contenders; empty: all. */
  readonly only: readonly string[];
  /** File for all measurements. */
  readonly json?: string | undefined;
  /** A Python with the peers installed. */
  readonly python?: string | undefined;
  /** A Python with the newest PyTorch. */
  readonly newestPython?: string | undefined;
}

const NAMES = [
  ...new Set(CONTENDERS.map((contender) => contender.name)),
  ...[START_UP, OVERHEAD, PAGE, LOAD, WATCHED, IMPORT, PREDICT],
];

/** Reads the flags. Exits after --help and invalid flags. */
export function readOptions(args: readonly string[]): BenchOptions {
  const program = new Command("deno task bench")
    .usage("[options]")
    .description(
      "Measures training, evaluation, memory and answers beside PyTorch, Keras and bare Yoga, in rounds of one " +
        "after the other, and prints tables: minimum and median, ratios, targets. Leave the machine alone meanwhile.",
    )
    .option("--quick", "one short round: what is broken shows, what is fast does not")
    .option("--rounds <n>", "how many rounds (default: 3)", wholeNumber)
    .option("--seconds <n>", "how long to measure each in each round (default: 6)", wholeNumber)
    .option("--only <names...>", `measure these only: ${NAMES.join(", ")}`, name)
    .option("--json <file>", "write all that was measured to a file")
    .option("--python <path>", "a Python that has the peers, instead of a virtual environment")
    .option("--newest-python <path>", "a Python that has the newest PyTorch, likewise")
    .parse(args[0] === "--" ? args.slice(1) : args, { from: "user" });
  const { quick, rounds, seconds, only, json, python, newestPython } = program.opts<{
    quick?: true;
    rounds?: number;
    seconds?: number;
    only?: string[];
    json?: string;
    python?: string;
    newestPython?: string;
  }>();
  return {
    rounds: rounds ?? (quick ? 1 : 3),
    warmUp: quick ? 1 : 2,
    seconds: seconds ?? (quick ? 2 : 6),
    only: only ?? [],
    json,
    python,
    newestPython,
  };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("It must be 1 to 9999.");
  return Number(text);
}

function name(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!NAMES.includes(text)) {
    throw new InvalidArgumentError(`It must be one of ${NAMES.join(", ")}.`);
  }
  return [...before ?? [], text];
}
