/** A run as TensorBoard shows it: scalars by epoch and by step, and its hyperparameters. */
import type { BatchesEvent, EpochEvent } from "../../ml/training/events.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { encodeHyperParameters, encodeScalars, encodeVersion, type Scalar } from "./event_file.ts";
import { flattenSettings, type Settings } from "./settings.ts";

/** The scalars of an epoch, in groups of TensorBoard by their prefix. */
const EPOCH_TAGS = {
  "epoch/train_loss": "trainLoss",
  "epoch/train_acc": "trainAcc",
  "epoch/validation_loss": "validationLoss",
  "epoch/validation_acc": "validationAcc",
  "epoch/test_loss": "testLoss",
  "epoch/test_acc": "testAcc",
  "epoch/learning_rate": "learningRate",
  "epoch/seconds": "seconds",
} as const satisfies Readonly<Record<string, keyof EpochEvent>>;

/** The metrics of an epoch. */
export type EpochMetrics =
  & { readonly number: number }
  & { readonly [Name in typeof EPOCH_TAGS[keyof typeof EPOCH_TAGS]]?: number | null | undefined };

/** The metrics of consecutive steps. */
export type StepMetrics = Pick<BatchesEvent, "firstStep" | "losses" | "accs">;

/** An event of a run's log with the time at which it was written, RFC 3339. */
export type Timed<Event> = Event & { readonly at: string };

/**
 * Returns the name of a run's event file. TensorBoard reads every file with 'tfevents' in its name.
 *
 * @param createdAt RFC 3339
 */
export function eventFileName(createdAt: string): string {
  return `events.out.tfevents.${Math.floor(secondsOf(createdAt))}.epochql`;
}

/** Encodes the start of a run's file. */
export function encodeStart(createdAt: string, settings: Settings): readonly Uint8Array[] {
  const seconds = secondsOf(createdAt);
  return [encodeVersion(seconds), encodeHyperParameters(seconds, settings)];
}

/** Encodes the metrics of an epoch; its step is the epoch's number. */
export function encodeEpoch(event: Timed<EpochMetrics>): Uint8Array {
  return encodeScalars(secondsOf(event.at), event.number, epochScalars(event));
}

/** Encodes the metrics of some steps. */
export function encodeSteps(event: Timed<StepMetrics>): readonly Uint8Array[] {
  const seconds = secondsOf(event.at);
  return stepScalars(event).map(({ step, scalars }) => encodeScalars(seconds, step, scalars));
}

/** Names the metrics of an epoch; those that it has not are left out. */
export function epochScalars(event: EpochMetrics): readonly Scalar[] {
  return Object.entries(EPOCH_TAGS).flatMap(([tag, metric]) => {
    const value = event[metric];
    return typeof value === "number" ? [{ tag, value }] : [];
  });
}

/** Names the metrics of each of some steps. */
export function stepScalars(
  { firstStep, losses, accs }: StepMetrics,
): readonly { readonly step: number; readonly scalars: readonly Scalar[] }[] {
  return losses.map((loss, position) => ({
    step: firstStep + position,
    scalars: [
      { tag: "step/loss", value: loss },
      { tag: "step/acc", value: accs[position] ?? NaN },
    ],
  }));
}

/** Lists the settings of a spec by name. */
export function settingsOf(spec: TrainingSpec): Settings {
  const { network, version: _version, augmentation, ...settings } = spec;
  return {
    network: network.name,
    augmentation: augmentation.map(({ kind }) => kind).join(", "),
    ...flattenSettings(settings),
  };
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
