/** Completed runs that have learned nothing: their accuracy is that of guessing, which a state alone does not show. */
import { count, lossText, percent } from "../../lib/format.ts";
import type { Confusion } from "../../ml/metrics.ts";
import { highestRate } from "../../ml/schedules/rates.ts";
import { allLayers } from "../../ml/network/network.ts";
import { ENOUGH_STEPS, enoughSteps } from "../../ml/spec/enough_steps.ts";
import { samplesPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import type { EpochEvent } from "../../ml/training/events.ts";
import { sum } from "../../lib/sum.ts";
import { epochsOf, type RunSnapshot, type TestClasses } from "./snapshot.ts";

/** Least margin above the accuracy of guessing, and its standard deviations of chance. */
const LEAST_MARGIN = 0.02;
const DEVIATIONS = 3;
/** Largest margin, of the way to 1: small or unbalanced test sets must not make good runs suspicious. */
const LARGEST_MARGIN = 0.25;

/** Share of the way from guessing to 1 above which a training accuracy shows that the training worked. */
const LEARNED_SHARE = 0.5;
/** Nats above the loss of guessing that no network begins with: the steps were too large. */
const RISEN_BY = 1.5;
/** Shares of the loss of guessing: a mean above it, as large steps leave it, and one that has hardly moved. */
const STAYED_ABOVE = 1.01;
const HARDLY_MOVED = 0.95;

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

/** A completed run, as far as advice needs it. */
interface GuessingRun {
  readonly spec: TrainingSpec;
  readonly snapshot: Pick<
    RunSnapshot,
    "state" | "lastEpoch" | "bestTestAcc" | "testClasses" | "step" | "highestLoss" | "epochs"
  >;
}

/**
 * Says that a completed run is no better than guessing, with what to try.
 *
 * @returns null for other runs, and where the log has no confusion matrix
 */
export function guessingWarning(run: GuessingRun): string | null {
  const { state, lastEpoch, bestTestAcc, testClasses } = run.snapshot;
  if (state !== "COMPLETED" || !lastEpoch || !testClasses) return null;
  // Where all samples are of one class, guessing is always right.
  if (testClasses.largest === testClasses.samples) return null;
  const limit = guessingLimit(testClasses);
  const best = bestTestAcc ?? 0;
  // Early stopping ends with the weights of the best epoch.
  if ((run.spec.earlyStopping ? best : lastEpoch.testAcc) > limit) return null;
  const { classes, samples, largest } = testClasses;
  const guess = percent(largest / samples);
  return [
    `No better than guessing (the largest of ${classes} classes: ${guess}).`,
    ...(best > limit ? [`Its best epoch had ${percent(best)}.`] : []),
    advice(run, lastEpoch, testClasses),
  ].join(" ");
}

/** Says what to try, by what the training's accuracy, its loss and its steps show. */
function advice(
  run: GuessingRun,
  { trainAcc, trainLoss }: Pick<EpochEvent, "trainAcc" | "trainLoss">,
  { classes, samples, largest }: TestClasses,
): string {
  const { spec, snapshot: { step, highestLoss } } = run;
  const { value: rate } = highestRate(spec);
  const few = step < ENOUGH_STEPS;
  const enough = enoughSteps(samplesPerEpoch(spec));
  const longer = few
    ? `Try ${enough.epochs} epochs in batches of ${enough.batchSize} ` +
      `(this run: ${epochsOf(run)} of ${spec.batchSize})`
    : `Try more epochs (this run: ${epochsOf(run)})`;
  const steps = `${count(step)} ${step === 1 ? "step is" : "steps are"} too few`;
  const guess = largest / samples;
  const guessLoss = Math.log(classes);
  if (trainAcc > guess + LEARNED_SHARE * (1 - guess) && trainLoss < guessLoss) {
    const known = `Training accuracy is ${
      percent(trainAcc)
    }, so the learning rate is not the cause`;
    return few && hasBatchNorm(spec.network)
      ? `${known}: ${steps} for the running averages of batch norm. ${longer}.`
      : `${known}: what the network has learned does not hold for the test samples. Use more ` +
        "samples, augmentation or a smaller network, and check that the test samples are like those of training.";
  }
  const of = `guessing would give ${lossText(guessLoss)}`;
  if (highestLoss !== null && highestLoss > guessLoss + RISEN_BY) {
    return `The loss rose to ${
      lossText(highestLoss)
    } (${of}): try a smaller learning rate (this run: ${rate}).`;
  }
  if (few) return `${steps} to learn: ${lower(longer)}.`;
  const loss = `(${lossText(trainLoss)}, ${of})`;
  if (trainLoss > guessLoss * STAYED_ABOVE) {
    return `The loss stayed above that of guessing ${loss}: try a smaller learning rate (this run: ${rate}).`;
  }
  if (trainLoss > guessLoss * HARDLY_MOVED) {
    return `The loss hardly moved ${loss}: try a larger learning rate (this run: ${rate}).`;
  }
  return `The loss fell ${loss}, but not far enough: ${lower(longer)}.`;
}

function lower(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

function hasBatchNorm({ layers }: TrainingSpec["network"]): boolean {
  return allLayers(layers).some(({ kind }) => kind.startsWith("batchNorm"));
}
