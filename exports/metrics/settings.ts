/** Settings of a run as a flat list, as programs that compare runs take hyperparameters. */
import type { HyperParameter } from "./event_file.ts";

/** Values by name: 'learningRate', 'optimizer', 'optimizer.momentum'. */
export type Settings = Readonly<Record<string, HyperParameter>>;

/**
 * Lists values by name: parts with options by their kind, and each option by 'optimizer.momentum'. Null is left out.
 */
export function flattenSettings(settings: object): Settings {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => flatten(name, value)),
  );
}

/**
 * Lists the settings of a run's input, where `{ sgd: { momentum: 0 } }` names the kind of a part by the only key.
 *
 * @param input as `Run.input` of the API gives it
 */
export function flattenInput(input: unknown): Settings {
  const { recipe, network, augmentation, startFrom: _startFrom, ...settings } = entriesOf(input);
  const named = Object.entries(settings).map(([name, value]) => [name, withKind(value)]);
  const augmentations = Array.isArray(augmentation) ? augmentation : [];
  return {
    network: nameNetwork(recipe, network),
    augmentation: augmentations.flatMap((each) => Object.keys(entriesOf(each))).join(", "),
    ...flattenSettings(Object.fromEntries(named)),
  };
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function nameNetwork(recipe: unknown, network: unknown): string {
  if (typeof recipe === "string") return recipe;
  if (typeof network !== "object" || network === null) return "";
  const [only] = Object.values(network);
  return typeof only === "string" ? only : JSON.stringify(only ?? network);
}

/** Writes `{ sgd: options }` as a spec does: `{ kind: "sgd", ...options }`. */
function withKind(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (!only || others.length > 0 || typeof only[1] !== "object" || Array.isArray(only[1])) {
    return value;
  }
  return { kind: only[0], ...only[1] };
}

function flatten(name: string, value: unknown): readonly (readonly [string, HyperParameter])[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return [[name, value]];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(key === "kind" ? name : `${name}.${key}`, inner)
  );
}
