/** Rules of a request's values, as data: they are checked, and described in the API, the command line and the page. */
import { DEFAULT_DATASET, trainableDatasets } from "../../data/catalog.ts";
import { isInFloat32 } from "../../lib/float32.ts";
import { FLOAT32_RULE } from "../options/problem.ts";
import type { DatasetSize } from "./spec.ts";

/** A rule that a value must follow. */
export type ValueRule =
  /** A whole number. A maximum may be the size of a split of the dataset. */
  | {
    readonly kind: "integer";
    readonly min: number;
    readonly max: number | "trainSize" | "testSize";
  }
  /** A number above `above`. */
  | { readonly kind: "number"; readonly above: number; readonly max: number }
  /** One of some names. */
  | { readonly kind: "name"; readonly names: readonly string[] }
  /** The name of the dataset that a request is checked with. */
  | { readonly kind: "dataset" };

/** Returns the rule that a value breaks, to complete 'must be'; undefined if it breaks none. */
export function brokenRule(rule: ValueRule, value: unknown, size: DatasetSize): string | undefined {
  switch (rule.kind) {
    case "integer": {
      const max = typeof rule.max === "number" ? rule.max : size[rule.max];
      const isNumber = typeof value === "number";
      if (isNumber && Number.isInteger(value) && value >= rule.min && value <= max) {
        return undefined;
      }
      const isFraction = Number.isFinite(value) && !Number.isInteger(value);
      return `${isFraction ? "a whole number " : ""}between ${rule.min} and ${max}`;
    }
    case "number": {
      const isWithin = typeof value === "number" && value > rule.above && value <= rule.max;
      if (!isWithin) return `above ${rule.above} and at most ${rule.max}`;
      return isInFloat32(value) ? undefined : FLOAT32_RULE;
    }
    case "name":
      return rule.names.some((name) => name === value)
        ? undefined
        : `one of ${rule.names.join(", ")}`;
    case "dataset":
      return value === (size.reference ?? DEFAULT_DATASET) || value === size.name
        ? undefined
        : `one of ${(size.names ?? trainableDatasets).join(", ")}`;
    default:
      return rule satisfies never;
  }
}

/**
 * Describes the values that a rule allows: '1 to 10,000'.
 *
 * @param size the sizes of the dataset, where they are known
 */
export function allowedValues(
  rule: ValueRule,
  { size, format = String }: {
    readonly size?: DatasetSize;
    readonly format?: (value: number) => string;
  } = {},
): string {
  switch (rule.kind) {
    case "integer": {
      const max = typeof rule.max === "number" ? rule.max : size?.[rule.max];
      return max === undefined
        ? `${format(rule.min)} or more`
        : `${format(rule.min)} to ${format(max)}`;
    }
    case "number":
      return `above ${format(rule.above)} and at most ${format(rule.max)}`;
    case "name":
      return rule.names.join(", ");
    case "dataset":
      return "its name, or name@version";
    default:
      return rule satisfies never;
  }
}
