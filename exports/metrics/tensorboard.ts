/** A run as TensorBoard shows it: scalars by epoch and by step, and its hyperparameters. */
import type { BatchesEvent, EpochEvent } from "../../ml/training/events.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import {
  encodeHyperParameters,
  encodeScalars,
  encodeVersion,
  type HyperParameter,
} from "./event_file.ts";

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
export function encodeStart(createdAt: string, spec: TrainingSpec): readonly Uint8Array[] {
  const seconds = secondsOf(createdAt);
  return [encodeVersion(seconds), encodeHyperParameters(seconds, hyperParameters(spec))];
}

/** Encodes the metrics of an epoch; its step is the epoch's number. */
export function encodeEpoch(event: Timed<EpochEvent>): Uint8Array {
  const scalars = Object.entries(EPOCH_TAGS).flatMap(([tag, metric]) => {
    const value = event[metric];
    return typeof value === "number" ? [{ tag, value }] : [];
  });
  return encodeScalars(secondsOf(event.at), event.number, scalars);
}

/** Encodes the metrics of some steps. */
export function encodeSteps(
  { at, firstStep, losses, accs }: Timed<BatchesEvent>,
): readonly Uint8Array[] {
  const seconds = secondsOf(at);
  return losses.map((loss, position) =>
    encodeScalars(seconds, firstStep + position, [
      { tag: "step/loss", value: loss },
      { tag: "step/acc", value: accs[position] ?? NaN },
    ])
  );
}

/** Lists the settings of a spec by name: parts with options by their kind, and each option by 'optimizer.momentum'. */
function hyperParameters(spec: TrainingSpec): Readonly<Record<string, HyperParameter>> {
  const { network, version: _version, augmentation, ...settings } = spec;
  return Object.fromEntries([
    ["network", network.name],
    ["augmentation", augmentation.map(({ kind }) => kind).join(", ")],
    ...Object.entries(settings).flatMap(([name, value]) => flatten(name, value)),
  ]);
}

function flatten(name: string, value: unknown): readonly (readonly [string, HyperParameter])[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return [[name, value]];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(key === "kind" ? name : `${name}.${key}`, inner)
  );
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
