/** Completed runs that have learned nothing: their accuracy is that of guessing, which a state alone does not show. */
import { percent } from "../../lib/format.ts";
import type { Confusion } from "../../ml/metrics.ts";
import { highestRate } from "../../ml/schedules/rates.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { sum } from "../../lib/sum.ts";
import type { RunSnapshot, TestClasses } from "./snapshot.ts";

/** Least margin above the accuracy of guessing, and its standard deviations of chance. */
const LEAST_MARGIN = 0.02;
const DEVIATIONS = 3;
/** Largest margin, of the way to 1: small or unbalanced test sets must not make good runs suspicious. */
const LARGEST_MARGIN = 0.25;

/** Counts the classes of a test set. */
export function countTestClasses(confusion: Confusion): TestClasses {
  const sizes = confusion.map((row) => sum(row));
  return {
    classes: confusion.length,
    samples: sum(sizes),
    largest: sizes.reduce((most, size) => Math.max(most, size), 0),
  };
}

/**
 * Returns the accuracy up to which a network is no better than guessing: that of always choosing the largest class, and
 * three standard deviations of it on this many samples, at least 0.02, at most a quarter of the way to 1.
 */
export function guessingLimit({ samples, largest }: TestClasses): number {
  const guess = largest / samples;
  const deviation = Math.sqrt(guess * (1 - guess) / samples);
  const margin = Math.max(DEVIATIONS * deviation, LEAST_MARGIN);
  return guess + Math.min(margin, LARGEST_MARGIN * (1 - guess));
}

/**
 * Says that a completed run is no better than guessing, with what to try.
 *
 * @returns null for other runs, and where the log has no confusion matrix
 */
export function guessingWarning(
  { spec, snapshot }: {
    readonly spec: Pick<TrainingSpec, "learningRate" | "schedule" | "earlyStopping">;
    readonly snapshot: Pick<
      RunSnapshot,
      "state" | "lastEpoch" | "bestTestAcc" | "testClasses"
    >;
  },
): string | null {
  const { state, lastEpoch, bestTestAcc, testClasses } = snapshot;
  if (state !== "COMPLETED" || !lastEpoch || !testClasses) return null;
  // Where all samples are of one class, guessing is always right.
  if (testClasses.largest === testClasses.samples) return null;
  const limit = guessingLimit(testClasses);
  const best = bestTestAcc ?? 0;
  // Early stopping ends with the weights of the best epoch.
  if ((spec.earlyStopping ? best : lastEpoch.testAcc) > limit) return null;
  const { classes, samples, largest } = testClasses;
  const guess = percent(largest / samples);
  const { value } = highestRate(spec);
  return [
    `No better than guessing (the largest of ${classes} classes: ${guess}).`,
    ...(best > limit ? [`Its best epoch had ${percent(best)}.`] : []),
    `Try another learning rate (got ${value}), usually a smaller one.`,
  ].join(" ");
}
