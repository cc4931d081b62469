/** Numbers as the terminal shows them. */
import { lossText } from "../../lib/format.ts";

/** Formats seconds, rounded up: '8s', '3m20s', '2h05m'. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(whole % 3600 / 60)}m`;
}

/**
 * An epoch as a line, in the form that the people who read such lines (and their scripts) know.
 *
 * @example
 * ```ts
 * epochLine(epoch); // Epoch: 1, Train_acc:77.6%, Train_loss:0.744, Test_acc:91.1%,Test_loss:0.284
 * ```
 */
export function epochLine(
  epoch: {
    readonly number: number;
    readonly trainAcc: number;
    readonly trainLoss: number;
    readonly testAcc: number;
    readonly testLoss: number;
    readonly validationAcc?: number | null;
    readonly validationLoss?: number | null;
  },
): string {
  return `Epoch: ${epoch.number}, Train_acc:${acc(epoch.trainAcc)}, ` +
    `Train_loss:${lossText(epoch.trainLoss, 3)}, Test_acc:${acc(epoch.testAcc)},` +
    `Test_loss:${lossText(epoch.testLoss, 3)}` + validationText(epoch);
}

/** The end of an epoch's line, where samples are kept for validation: ', Val_acc:91.1%, Val_loss:0.284'. */
function validationText(
  { validationAcc, validationLoss }: {
    readonly validationAcc?: number | null;
    readonly validationLoss?: number | null;
  },
): string {
  if (typeof validationAcc !== "number" || typeof validationLoss !== "number") return "";
  return `, Val_acc:${acc(validationAcc)}, Val_loss:${lossText(validationLoss, 3)}`;
}

function acc(fraction: number): string {
  return `${(100 * fraction).toFixed(1)}%`;
}
