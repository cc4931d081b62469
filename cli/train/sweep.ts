/** Flags with several values, '--learning-rate 0.001,0.01': a training for each combination of them. */
import { join } from "node:path";
import { expandGrid, type GridValues } from "../../ml/spec/parameter_grid.ts";
import { NUMBER_FIELDS, type NumberField, SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { DESCRIPTION_LIMITS } from "../../runs/log/description.ts";
import { MAX_COMPARED } from "../../pictures/comparison_option.ts";
import { formatOfRun } from "../terminal/epoch_format.ts";
import { flagOf } from "./command.ts";
import type { ParsedFlags, SweptFlags } from "./parsed_flags.ts";

/** The texts of the flags that are numbers. */
type NumberTexts = { readonly [Field in NumberField]?: string };

/** The flags of one of several trainings. */
interface OneOfSeveral<Texts> {
  readonly texts: Texts;
  /** Its differences from the others: 'learning rate 0.01, batch size 32'; empty if there is one alone. */
  readonly text: string;
}

/** The flags of each training, or the problem. */
type Split<Texts> =
  | { readonly ok: true; readonly trainings: readonly OneOfSeveral<Texts>[] }
  | { readonly ok: false; readonly problem: string };

/** Flags that belong to one training alone. */
const ALONE = ["idempotencyKey", "showPlan"] as const;

/** Texts of flags that can have several values. */
type SplitTexts = NumberTexts & { readonly [Flag in (typeof ALONE)[number]]?: unknown };

/**
 * Checks the flags of each training; all problems are reported at once.
 *
 * @param check checks the flags of one training. Others have the first one's seed, unless it is one of these flags
 */
export function checkSweep<Texts extends SplitTexts>(
  texts: Texts,
  check: (texts: Texts, defaults: { readonly randomSeed?: () => number }) => ParsedFlags,
): ParsedFlags {
  const split = splitValues(texts);
  if (!split.ok) return { kind: "wrong", problems: [split.problem] };
  const [first, ...others] = split.trainings;
  if (!first) throw new Error("Cannot check the flags: there must be a training.");
  const parsed = check(first.texts, {});
  if (others.length === 0) return parsed;
  const seed = parsed.kind === "train" ? parsed.flags.spec.seed : 0;
  const all = [
    { text: first.text, parsed },
    ...others.map(({ texts, text }) => ({
      text,
      parsed: check(texts, { randomSeed: () => seed }),
    })),
  ];
  const problems = all.flatMap(({ parsed }) => parsed.kind === "wrong" ? parsed.problems : []);
  if (problems.length > 0) return { kind: "wrong", problems: [...new Set(problems)] };
  const trainings = all.flatMap(({ text, parsed }, at) =>
    parsed.kind === "train" ? [nameOne(parsed, text, at === 0)] : []
  );
  // A check, or a dataset that has to be described first.
  if (trainings.length < all.length) return parsed;
  const longest = Math.max(...trainings.map(({ flags }) => [...flags.name].length));
  if (longest > DESCRIPTION_LIMITS.name) {
    const problem =
      `Cannot train: the name of each training ends with its values, and must be at most ` +
      `${DESCRIPTION_LIMITS.name} characters, got ${longest}.`;
    return { kind: "wrong", problems: [problem] };
  }
  return { kind: "several", trainings };
}

/** Names a training and the folder of its results by its values. */
function nameOne(
  { flags, output: { out, ...output } }: ParsedFlags & { readonly kind: "train" },
  text: string,
  isFirst: boolean,
): SweptFlags {
  const { recipe, network } = flags.spec;
  const name = `${flags.open.includes("name") ? recipe ?? network.name : flags.name}, ${text}`;
  const folder = out === undefined ? {} : { out: join(out, text.replaceAll(/[, ]+/g, "-")) };
  return {
    text,
    flags: { ...flags, name },
    output: { ...output, ...folder, format: formatOfRun(output.format, name, isFirst) },
  };
}

/** Returns whether a text has several values. '0,01' is a fraction with a comma, which the check refuses. */
function isList(field: NumberField, text: string): boolean {
  const mayBeFraction = SPEC_FIELDS[field].rule.kind === "number";
  return text.includes(",") && !(mayBeFraction && /^\s*\d+,\d+\s*$/.test(text));
}

/** Splits the texts of flags into those of each training. Values that are no numbers are left to the check of each. */
function splitValues<Texts extends SplitTexts>(texts: Texts): Split<Texts> {
  const values: Partial<Record<NumberField, readonly string[]>> = {};
  for (const field of NUMBER_FIELDS) {
    const text = texts[field];
    if (text !== undefined && isList(field, text)) {
      values[field] = [...new Set(text.split(",").map((one) => one.trim()))];
    }
  }
  const points = expandGrid(values satisfies GridValues<string>);
  if (points.length > MAX_COMPARED) {
    const flags = Object.keys(values).map(flagOf).join(" and ");
    const problem = `Cannot train: the values of ${flags} must make at most ${MAX_COMPARED} ` +
      `trainings, got ${points.length}.`;
    return { ok: false, problem };
  }
  const alone = ALONE.find((flag) => texts[flag] !== undefined);
  if (points.length > 1 && alone !== undefined) {
    const problem = `Cannot train: ${flagOf(alone)} must be used with one value of each flag, ` +
      `got ${points.length} trainings.`;
    return { ok: false, problem };
  }
  const trainings = points.map((one) => ({
    texts: { ...texts, ...one.values },
    text: one.text,
  }));
  return { ok: true, trainings };
}
