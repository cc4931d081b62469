/** The weights of the best epoch, kept during a training that may bring them back at its end. */
import { weightsOf } from "../checkpoint/kept_state.ts";
import type { Session } from "../engines/engine.ts";
import type { TrainingSpec } from "../spec/spec.ts";
import type { StateArray } from "../state.ts";

/** Keeps the weights of the best epoch during a training. */
export interface BestWeights {
  /** Keeps the current weights. */
  keep(session: Session): Promise<void>;
  /** Returns those that were kept last; undefined if none are brought back. */
  get(): readonly StateArray[] | undefined;
}

/** @param best the weights that were kept before */
export function bestWeights(
  { earlyStopping }: Pick<TrainingSpec, "earlyStopping">,
  best: readonly StateArray[] | undefined,
): BestWeights {
  return {
    async keep(session) {
      if (earlyStopping?.restoreBest) best = weightsOf(await session.readState());
    },
    get: () => best,
  };
}
