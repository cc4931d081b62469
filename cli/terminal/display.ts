/**
 * Displays a run's progress: a bar on a terminal, elsewhere a plain line every few seconds. It writes to
 * stderr, so that stdout holds epochs only.
 */
import process from "node:process";
import cliProgress from "cli-progress";
import { count, lossText, percent } from "../../lib/format.ts";
import { duration } from "./format.ts";
import { noteLine } from "./output.ts";
import type { Progress } from "./progress.ts";
import { type Terminal, tint } from "./terminal.ts";
import { PLAIN_PROGRESS_MS } from "../timeouts.ts";

/** A display of progress. */
export interface Display {
  show(progress: Progress): void;
  /** Makes room for other lines: removes the bar until the next show(). */
  clear(): void;
}

/** Opens the display for a terminal. */
export function openDisplay(terminal: Terminal): Display {
  return terminal.live ? bar(terminal) : plainLines(noteLine);
}

const MAX_BAR_WIDTH = 40;
const MIN_BAR_WIDTH = 8;

/** Draws a bar on the terminal's last line. */
function bar(terminal: Terminal): Display {
  const drawn = new cliProgress.SingleBar({
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    fps: 15,
    format: (_options, { maxWidth }, { progress }: { readonly progress: Progress }) =>
      barLine(progress, maxWidth, terminal),
  }, cliProgress.Presets.shades_classic);
  let isShown = false;
  return {
    show(progress) {
      if (isShown) drawn.update(progress.step, { progress });
      else drawn.start(progress.steps, progress.step, { progress });
      isShown = true;
    },
    clear() {
      if (isShown) drawn.stop();
      isShown = false;
    },
  };
}

/**
 * Formats the bar's line, with as much beside the bar as the width allows.
 *
 * @param columns the terminal's width
 */
export function barLine(progress: Progress, columns: number, terminal: Terminal): string {
  const fraction = progress.steps === 0 ? 1 : progress.step / progress.steps;
  const label = `Epoch ${progress.epoch}/${progress.spec.epochs}`;
  const done = `${Math.floor(100 * fraction)}%`.padStart(4);
  // Dropped first if the terminal is too narrow.
  const details = [
    `ETA ${progress.etaSeconds === undefined ? "--" : duration(progress.etaSeconds)}`.padEnd(9),
    `loss ${progress.loss === undefined ? "--" : lossText(progress.loss)}`.padEnd(11),
    `acc ${progress.acc === undefined ? "--" : percent(progress.acc)}`.padEnd(11),
    `${
      progress.samplesPerSecond === undefined ? "--" : count(progress.samplesPerSecond)
    } samples/s`,
  ];
  // A terminal may break a line that fills it.
  const room = columns - 1 - label.length - done.length - 2;
  const width = (shown: readonly string[]) => shown.reduce((sum, part) => sum + part.length + 2, 0);
  while (details.length > 0 && room - width(details) < MIN_BAR_WIDTH) details.pop();
  const length = Math.min(MAX_BAR_WIDTH, room - width(details));
  const full = Math.round(length * fraction);
  return length < MIN_BAR_WIDTH ? `${label} ${done}` : [
    label,
    " ",
    tint(terminal, fraction < 1 ? "cyan" : "green", "━".repeat(full)),
    terminal.color ? tint(terminal, "dim", "━".repeat(length - full)) : "╌".repeat(length - full),
    " ",
    tint(terminal, "bold", done),
    ...details.map((part) => `  ${part}`),
  ].join("").trimEnd();
}

/**
 * Prints a line at most every few seconds: 'epoch 2/5, step 2,625 of 9,375 (28%), ETA 6s, …'.
 *
 * @param now milliseconds
 */
export function plainLines(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): Display {
  let last: number | undefined;
  return {
    show(progress) {
      // The first line is printed at once: training has begun.
      if (progress.step === 0 || last !== undefined && now() - last < PLAIN_PROGRESS_MS) return;
      last = now();
      write(plainLine(progress));
    },
    clear() {},
  };
}

function plainLine({ spec, epoch, step, steps, ...progress }: Progress): string {
  return [
    `epoch ${epoch}/${spec.epochs}`,
    `step ${count(step)} of ${count(steps)} (${Math.floor(100 * step / steps)}%)`,
    ...(progress.etaSeconds === undefined ? [] : [`ETA ${duration(progress.etaSeconds)}`]),
    ...(progress.samplesPerSecond === undefined
      ? []
      : [`${count(progress.samplesPerSecond)} samples/s`]),
    ...(progress.loss === undefined ? [] : [`loss ${lossText(progress.loss)}`]),
    ...(progress.acc === undefined ? [] : [`acc ${percent(progress.acc)}`]),
  ].join(", ");
}
