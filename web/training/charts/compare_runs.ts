/** What there is to say about runs side by side: which settings differ, and how good each got. */
import type { EpochPoint } from "../../../pictures/curves_option.ts";
import { count } from "../../parts/format.ts";
import type { RunItem } from "../operations.ts";

/** A setting of runs. */
export interface Setting {
  readonly label: string;
  valueOf(run: RunItem): string;
}

const SETTINGS: readonly Setting[] = [
  { label: "Recipe", valueOf: (run) => run.recipe ?? "–" },
  { label: "Epochs", valueOf: (run) => count(run.progress.epochs) },
  { label: "Batch size", valueOf: (run) => count(run.batchSize) },
  { label: "Learning rate", valueOf: (run) => String(run.learningRate) },
  { label: "Seed", valueOf: (run) => String(run.seed) },
  { label: "Train samples", valueOf: (run) => count(run.trainSamples) },
  { label: "Test samples", valueOf: (run) => count(run.testSamples) },
  { label: "Device", valueOf: (run) => run.device ?? "–" },
];

/** The settings in which runs differ. */
export function differingSettings(runs: readonly RunItem[]): readonly Setting[] {
  return SETTINGS.filter(({ valueOf }) => new Set(runs.map(valueOf)).size > 1);
}

/** The settings that runs share: 'batch size 32, learning rate 0.01'. */
export function sharedSettings(runs: readonly RunItem[]): string {
  const [first] = runs;
  if (!first) return "";
  return SETTINGS.filter(({ valueOf }) => new Set(runs.map(valueOf)).size === 1)
    .map(({ label, valueOf }) => `${label.toLowerCase()} ${valueOf(first)}`)
    .join(", ");
}

/** The best epoch by each metric; the first of equals. */
export interface Best {
  readonly testAcc: { readonly value: number; readonly epoch: number };
  readonly testLoss: { readonly value: number; readonly epoch: number };
}

/** @returns undefined before the first epoch */
export function bestOf(epochs: readonly EpochPoint[]): Best | undefined {
  const [first] = epochs;
  if (!first) return undefined;
  const acc = epochs.reduce((best, epoch) => epoch.testAcc > best.testAcc ? epoch : best, first);
  const loss = epochs.reduce((best, epoch) => epoch.testLoss < best.testLoss ? epoch : best, first);
  return {
    testAcc: { value: acc.testAcc, epoch: acc.number },
    testLoss: { value: loss.testLoss, epoch: loss.number },
  };
}
