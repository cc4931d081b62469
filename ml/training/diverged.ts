/** The error of a training whose loss is no longer a number. */
import { highestRate } from "../schedules/rates.ts";
import type { TrainingSpec } from "../spec/spec.ts";

/** Thrown when the loss becomes NaN or infinite. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
}

/** Beginning of this error's messages, which runs keep as text. */
const DIVERGED = "Training diverged: ";

/** Returns whether a run's error is that its loss became NaN or infinite: it would at the same step again. */
export function isDivergence(error: string | null): boolean {
  return error?.startsWith(DIVERGED) ?? false;
}

/**
 * Creates the error, with what can be tried.
 *
 * @param what the value that is not finite: 'the loss is not a finite number at step 5'
 */
export function diverged(spec: TrainingSpec, what: string): DivergedError {
  const { option, value } = highestRate(spec);
  const remedies = [
    `lower ${option} (got ${value})`,
    ...(spec.warmup === null ? ["add a warmup"] : []),
    spec.gradientClipNorm === null
      ? "set gradientClipNorm"
      : `lower gradientClipNorm (got ${spec.gradientClipNorm})`,
  ];
  return new DivergedError(`${DIVERGED}${what}; ${remedies.join(" or ")}.`);
}
