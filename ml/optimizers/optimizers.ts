/** The registry of optimizers: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamW } from "./adam_w.ts";
import type { OptimizerDefinition } from "./optimizer.ts";
import { rmsProp } from "./rms_prop.ts";
import { sgd } from "./sgd.ts";

/** The definition of every optimizer. */
export const OPTIMIZERS = { sgd, adam, adamW, rmsProp, adagrad } as const;

export type OptimizerKind = keyof typeof OPTIMIZERS;

/** An optimizer and its settings, complete. The learning rate is a field of the training spec. */
export type Optimizer = ValueOf<typeof OPTIMIZERS>;

// Every optimizer must be registered under its own kind.
OPTIMIZERS satisfies { readonly [Kind in OptimizerKind]: { readonly kind: Kind } };

/** Returns the definition of an optimizer's kind. */
export function optimizerDefinition({ kind }: Optimizer): OptimizerDefinition {
  // Kind and definition belong together; the compiler cannot follow that through the table.
  return OPTIMIZERS[kind] as unknown as OptimizerDefinition;
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

/**
 * Returns an optimizer whose momentum, or beta1, is another at the start: PyTorch's OneCycleLR sets it so. Returns
 * undefined if the optimizer has no momentum.
 */
export function withMomentum(optimizer: Optimizer, momentum: number): Optimizer | undefined {
  const { momentumOption } = optimizerDefinition(optimizer);
  if (momentumOption === undefined) return undefined;
  return { ...optimizer, [momentumOption]: momentum };
}
