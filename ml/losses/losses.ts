/** The registry of losses: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import { crossEntropyLoss } from "./cross_entropy.ts";
import type { LossDefinition } from "./loss.ts";
import { nllLoss } from "./nll.ts";

/** The definition of every loss. */
export const LOSSES = { crossEntropy: crossEntropyLoss, nll: nllLoss } as const;

export type LossKind = keyof typeof LOSSES;

/** A loss and its settings, complete; the mean over a batch, in nats, is minimised. */
export type Loss = ValueOf<typeof LOSSES>;

// Every loss must be registered under its own kind.
LOSSES satisfies { readonly [Kind in LossKind]: { readonly kind: Kind } };

/** Returns the definition of a loss' kind. */
export function lossDefinition({ kind }: Loss): LossDefinition {
  // Kind and definition belong together; the compiler cannot follow that through the table.
  return LOSSES[kind] as unknown as LossDefinition;
}
