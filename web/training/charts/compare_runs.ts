/** Compares runs: the settings in which they differ or agree, and the best epoch of each. */
import { NUMBER_FIELDS, SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import type { EpochPoint } from "../../../pictures/curves_option.ts";
import { count } from "../../../lib/format.ts";
import type { RunItem } from "../operations.ts";

/** A setting that is compared. */
export interface Setting {
  readonly label: string;
  valueOf(run: RunItem): string;
}

const NUMBERS: readonly Setting[] = NUMBER_FIELDS.map((field) => {
  const { label, shown } = SPEC_FIELDS[field];
  const numberOf = (run: RunItem) => field === "epochs" ? run.progress.epochs : run[field];
  return { label, valueOf: (run) => (shown === "grouped" ? count : String)(numberOf(run)) };
});

const NONE = "none";

const AUGMENTATION: Setting = {
  label: "Augmentation",
  valueOf: ({ augmentation }) => augmentation.map(showKind).join(", ") || NONE,
};

/** Shows a value of a registry: 'randomCrop padding 2'. */
function showKind(value: unknown): string {
  return Object.entries(value ?? {}).map(([kind, options]) =>
    [kind, ...Object.entries(options ?? {}).map(([name, option]) => `${name} ${option}`)].join(" ")
  ).join(", ");
}

const SETTINGS: readonly Setting[] = [
  { label: SPEC_FIELDS.recipe.label, valueOf: (run) => run.recipe ?? "–" },
  ...NUMBERS,
  // The device that a run was trained on, not the one that it requested.
  AUGMENTATION,
  { label: SPEC_FIELDS.device.label, valueOf: (run) => run.device ?? "–" },
];

/** Lists the settings in which runs differ. */
export function differingSettings(runs: readonly RunItem[]): readonly Setting[] {
  return SETTINGS.filter(({ valueOf }) => new Set(runs.map(valueOf)).size > 1);
}

/** Lists the settings that runs share: 'batch size 32, learning rate 0.01'. */
export function sharedSettings(runs: readonly RunItem[]): string {
  const [first] = runs;
  if (!first) return "";
  return SETTINGS.filter(({ valueOf }) => new Set(runs.map(valueOf)).size === 1)
    .filter((setting) => setting !== AUGMENTATION || setting.valueOf(first) !== NONE)
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
