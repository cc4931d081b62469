/** The registry of optimizers: the only list of their kinds. */
import { adam } from "./adam.ts";
import type { OptimizerDefinition } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

/** The definition of every optimizer. */
export const OPTIMIZERS = { sgd, adam };

export type OptimizerKind = keyof typeof OPTIMIZERS;

type OptimizerOf<Kind extends OptimizerKind> = (typeof OPTIMIZERS)[Kind] extends
  OptimizerDefinition<infer O> ? O : never;

/** An optimizer and its settings. The learning rate is a field of the training spec. */
export type Optimizer = { readonly [Kind in OptimizerKind]: OptimizerOf<Kind> }[OptimizerKind];

// Every optimizer must be registered under its own kind.
OPTIMIZERS satisfies {
  readonly [Kind in OptimizerKind]: OptimizerDefinition<Extract<Optimizer, { kind: Kind }>>;
};

/** Returns the definition of an optimizer's kind. */
export function optimizerDefinition(optimizer: Optimizer): OptimizerDefinition<Optimizer> {
  return OPTIMIZERS[optimizer.kind];
}

/** Describes an optimizer in words: 'SGD, momentum 0.5'. */
export function optimizerName(optimizer: Optimizer): string {
  const { displayName, describe } = optimizerDefinition(optimizer);
  return [displayName, ...describe(optimizer)].join(", ");
}

/** Names the state arrays of a weight: 'conv1.weight/exp_avg'. */
export function optimizerStateNames(optimizer: Optimizer, weight: string): readonly string[] {
  return optimizerDefinition(optimizer).stateNames(optimizer).map((name) => `${weight}/${name}`);
}

/** Checks whether a value that was read from a file is an optimizer. */
export function isOptimizer(value: unknown): value is Optimizer {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ...settings } = value as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string" || !Object.hasOwn(OPTIMIZERS, kind)) return false;
  const checks = Object.entries(OPTIMIZERS[kind as OptimizerKind].settings);
  return Object.keys(settings).length === checks.length &&
    checks.every(([name, isValid]) => isValid(settings[name]));
}
