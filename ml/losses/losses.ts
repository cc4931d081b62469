/** The registry of losses: the only list of their kinds. */
import { crossEntropyLoss } from "./cross_entropy.ts";
import type { LossDefinition } from "./loss.ts";
import { nllLoss } from "./nll.ts";

/** The definition of every loss. */
export const LOSSES = {
  crossEntropy: crossEntropyLoss,
  nll: nllLoss,
} as const satisfies Readonly<Record<string, LossDefinition>>;

/** A loss; the mean over a batch, in nats, is minimised. */
export type Loss = keyof typeof LOSSES;

/** Checks whether a value that was read from a file is a loss. */
export function isLoss(value: unknown): value is Loss {
  return typeof value === "string" && Object.hasOwn(LOSSES, value);
}
