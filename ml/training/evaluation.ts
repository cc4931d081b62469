/** The evaluation after an epoch: the test set, and the samples that are kept for validation. */
import { type TrainingSpec, validationSamples } from "../spec/spec.ts";
import { diverged } from "./diverged.ts";
import type { EvaluatedSet, Evaluation, Session } from "../engines/engine.ts";

/** The signals that end a training early. */
export interface EndSignals {
  /** Ends it after its progress is saved. */
  readonly stop: AbortSignal | undefined;
  /** Ends it at once. */
  readonly signal: AbortSignal | undefined;
}

/** The evaluations after an epoch. */
export interface EpochEvaluation {
  readonly test: Evaluation;
  /** Undefined without samples for validation. */
  readonly validation: Evaluation | undefined;
}

/**
 * Evaluates after an epoch; returns undefined if the training is to stop before that is done.
 *
 * @throws {DivergedError} if a loss is not finite
 * @throws the reason of `signal` when it is aborted
 */
export async function evaluateEpoch(
  spec: TrainingSpec,
  session: Session,
  epoch: number,
  signals: EndSignals,
): Promise<EpochEvaluation | undefined> {
  const hasValidation = validationSamples(spec) > 0;
  const validation = hasValidation ? await evaluate(session, "validation", signals) : undefined;
  if (hasValidation && !validation) return undefined;
  const test = await evaluate(session, "test", signals);
  if (!test) return undefined;
  for (const [name, of] of [["validation", validation], ["test", test]] as const) {
    if (of === undefined || Number.isFinite(of.loss)) continue;
    throw diverged(spec, `the ${name} loss is not a finite number after epoch ${epoch}`);
  }
  return { test, validation };
}

async function evaluate(
  session: Session,
  set: EvaluatedSet,
  { stop, signal }: EndSignals,
): Promise<Evaluation | undefined> {
  const signals = [stop, signal].filter((signal) => signal !== undefined);
  try {
    return await session.evaluate(AbortSignal.any(signals), set);
  } catch (error) {
    signal?.throwIfAborted();
    if (stop?.aborted) return undefined;
    throw error;
  }
}
