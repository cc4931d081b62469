/**
 * The text of a training in a terminal: the lines around the progress and the epochs. Epochs go to stdout,
 * everything else to stderr.
 */
import { datasetTitle } from "../../data/catalog.ts";
import { stepsPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import { requestOf } from "../../ml/spec/stored_spec.ts";
import { mainSettings } from "../../ml/spec/words/main_settings.ts";
import { specWarnings } from "../../ml/spec/words/warnings.ts";
import { renderSummary, summarize } from "../../ml/network/summary.ts";
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import { type LogLine, logLineOf } from "../../runs/log/log_line.ts";
import { type Display, openDisplay } from "./display.ts";
import { count, percent } from "../../lib/format.ts";
import { type EpochFormat, TEXT } from "./epoch_format.ts";
import { duration } from "./format.ts";
import { noteLine, printLine } from "./output.ts";
import { foldProgress, type Progress } from "./progress.ts";
import { type Terminal, tint, type Tone } from "./terminal.ts";

/** The metrics of an epoch that the conclusion needs. */
type EpochFigures = Pick<RunEvent<"epoch">, "number" | "testAcc" | "seconds">;

/** An event of a log or of a server, with its line. */
export interface ReportedEvent extends LogLine {
  /** A type of events, perhaps one that only a newer server knows. */
  readonly type: string;
  /** The event itself, if the progress depends on it. */
  readonly event: RunEvent | undefined;
}

/** Events without a line, as the terminal shows them otherwise or needs none. A new type is shown. */
const UNSHOWN: ReadonlySet<string> = new Set<RunEventType>([
  // The progress and the lines of epochs.
  "batches",
  "epoch",
  "system",
  // The conclusion.
  "completed",
  "failed",
  "cancelled",
  // What follows them.
  "queued",
  "claimed",
  "pauseRequested",
  "cancelRequested",
  // The list of runs and of their checkpoints.
  "tagged",
  "noted",
  "checkpoint",
  "checkpointRemoved",
]);

/** Reports a run. */
export interface Report {
  /** Prints the network and the spec. */
  introduce(spec: TrainingSpec): void;
  /** Reports an event of the run, in order. */
  tell(event: ReportedEvent): void;
  /** Prints a line beside the progress. */
  note(text: string, tone?: Tone): void;
  /** Returns true if the latest note contains the text. */
  hasTold(text: string): boolean;
  /** Prints how the run ended and its results. */
  conclude(how: string, epochs: readonly EpochFigures[], tone: Tone): void;
  /** Removes the progress. */
  end(): void;
}

/** Returns the form in which a report takes an event of a log. */
export function toReport(event: RunEvent): ReportedEvent {
  return { type: event.type, ...logLineOf(event), event };
}

/**
 * Opens the report of a run.
 *
 * @param progress the progress so far
 * @param format the form of epochs on stdout
 */
export function openReport(
  terminal: Terminal,
  progress: Progress,
  format: EpochFormat = TEXT,
): Report {
  const display: Display = openDisplay(terminal);
  let { head } = format;
  let lastNote = "";

  function note(text: string, tone?: Tone): void {
    display.clear();
    lastNote = text;
    noteLine(tone === undefined ? text : tint(terminal, tone, text));
  }

  return {
    note,
    hasTold: (text) => lastNote.includes(text),
    conclude(how, epochs, tone) {
      note(`${tint(terminal, tone, how)}: ${outcome(epochs)}`);
    },
    end: () => display.clear(),
    introduce(spec) {
      for (const text of introductionOf(spec, terminal)) note(text);
    },
    tell({ type, text, level, event }) {
      if (!UNSHOWN.has(type)) note(text, level === "info" ? undefined : "yellow");
      if (!event) return;
      progress = foldProgress(progress, event);
      if (event.type === "epoch") {
        display.clear();
        if (head !== undefined) printLine(head);
        head = undefined;
        printLine(format.line(event));
      }
      if (event.type === "batches" || event.type === "started" && terminal.live) {
        display.show(progress);
      }
    },
  };
}

/** Returns a training's network, a line with its settings, and one for each warning about them. */
export function introductionOf(spec: TrainingSpec, terminal: Terminal): readonly string[] {
  const title = datasetTitle(spec.dataset);
  const name = tint(terminal, "bold", spec.recipe ?? spec.network.name);
  return [
    renderSummary(summarize(spec.network)),
    `${name} on ${title}: ${describe(spec)}`,
    ...specWarnings(spec).map(({ message }) => tint(terminal, "yellow", `Warning: ${message}`)),
  ];
}

/** Summarizes the results: the last epoch, and the best if that is another. */
function outcome(epochs: readonly EpochFigures[]): string {
  const last = epochs.at(-1);
  if (!last) return "no epoch was finished";
  const best = epochs.reduce((best, epoch) => epoch.testAcc > best.testAcc ? epoch : best);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return `${epochs.length} ${epochs.length === 1 ? "epoch" : "epochs"} in ${duration(seconds)}, ` +
    `test accuracy ${percent(last.testAcc)}` +
    (best.testAcc > last.testAcc
      ? ` (best ${percent(best.testAcc)} after epoch ${best.number})`
      : "");
}

function describe(spec: TrainingSpec): string {
  return [
    `${spec.epochs} ${spec.epochs === 1 ? "epoch" : "epochs"} of ${
      count(stepsPerEpoch(spec))
    } steps`,
    `batch size ${count(spec.batchSize)}`,
    `learning rate ${spec.learningRate}`,
    ...mainSettings(requestOf(spec)),
    `seed ${spec.seed}`,
  ].join(", ");
}
