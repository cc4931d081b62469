/** Compares runs: the settings in which they differ or agree, and the best epoch of each. */
import type { EpochPoint } from "../../../pictures/curves_option.ts";
import { type SetRun, type Setting, SETTINGS } from "../settings/settings.ts";

/** A setting in which runs differ. */
export interface DifferingSetting {
  readonly label: string;
  /** The value of each run in words. Values of equal words are numbered: 'own, 5 layers (2)'. */
  readonly texts: readonly string[];
}

const NONE = "none";

/** Lists the settings in which runs differ. */
export function differingSettings(runs: readonly SetRun[]): readonly DifferingSetting[] {
  return SETTINGS.filter((setting) => valuesOf(setting, runs).size > 1)
    .map((setting) => ({ label: setting.label, texts: textsOf(setting, runs) }));
}

/** Lists the settings that runs share: 'batch size 32, learning rate 0.01'. */
export function sharedSettings(runs: readonly SetRun[]): string {
  const [first] = runs;
  if (!first) return "";
  return SETTINGS.filter((setting) => valuesOf(setting, runs).size === 1).flatMap((setting) => {
    const text = setting.textOf(first);
    return text === undefined ? [] : [`${setting.label.toLowerCase()} ${text}`];
  }).join(", ");
}

function valuesOf(setting: Setting, runs: readonly SetRun[]): ReadonlySet<string> {
  return new Set(runs.map((run) => valueOf(setting, run)));
}

function valueOf(setting: Setting, run: SetRun): string {
  const value = setting.keyOf ? setting.keyOf(run) : setting.textOf(run);
  return JSON.stringify(value) ?? "";
}

function textsOf(setting: Setting, runs: readonly SetRun[]): readonly string[] {
  const valuesByText = new Map<string, string[]>();
  const named = runs.map((run) => {
    const text = setting.textOf(run) ?? NONE;
    const value = valueOf(setting, run);
    const values = valuesByText.get(text) ?? [];
    if (!values.includes(value)) values.push(value);
    valuesByText.set(text, values);
    return { text, place: values.indexOf(value) + 1 };
  });
  return named.map(({ text, place }) =>
    (valuesByText.get(text)?.length ?? 0) > 1 ? `${text} (${place})` : text
  );
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
