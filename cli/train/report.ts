/**
 * The text of a training in a terminal: the lines around the progress and the epochs. Epochs go to stdout,
 * everything else to stderr.
 */
import { catalogEntry } from "../../data/catalog.ts";
import { stepsPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import { renderSummary, summarize } from "../../ml/network/summary.ts";
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import { type Display, openDisplay } from "./display.ts";
import { count, duration, epochLine, percent } from "./format.ts";
import { noteLine, printLine } from "./output.ts";
import { foldProgress, type Progress } from "./progress.ts";
import { type Terminal, tint, type Tone } from "./terminal.ts";

/** The metrics of an epoch that the conclusion needs. */
type EpochFigures = Pick<RunEvent<"epoch">, "number" | "testAcc" | "seconds">;

/** Reports a run. */
export interface Report {
  /** Prints the network and the spec. */
  introduce(spec: TrainingSpec): void;
  /** Reports an event of the run, in order. */
  tell(event: RunEvent): void;
  /** Prints a line beside the progress. */
  note(text: string, tone?: Tone): void;
  /** Returns true if the latest note contains the text. */
  hasTold(text: string): boolean;
  /** Prints how the run ended and its results. */
  conclude(how: string, epochs: readonly EpochFigures[], tone: Tone): void;
  /** Removes the progress. */
  end(): void;
}

/**
 * Opens the report of a run.
 *
 * @param progress the progress so far
 */
export function openReport(terminal: Terminal, progress: Progress): Report {
  const display: Display = openDisplay(terminal);
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
      const { title } = catalogEntry(spec.dataset);
      note(renderSummary(summarize(spec.network)));
      note(`${tint(terminal, "bold", spec.recipe)} on ${title}: ${describe(spec)}`);
    },
    tell(event) {
      progress = foldProgress(progress, event);
      // The table is indexed by the event's own type.
      const line = LINES[event.type] as ((event: RunEvent) => Line | undefined) | undefined;
      const { text, tone } = line?.(event) ?? {};
      if (text !== undefined) note(text, tone);
      if (event.type === "epoch") {
        display.clear();
        printLine(epochLine(event));
      }
      if (event.type === "batches" || event.type === "started" && terminal.live) {
        display.show(progress);
      }
    },
  };
}

/** A line beside the progress. */
interface Line {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** The line for each type of event; other types have none. */
const LINES: {
  readonly [Type in RunEventType]?: (event: RunEvent<Type>) => Line | undefined;
} = {
  started: ({ device, engine }) => ({ text: `Training on ${device}, ${engine}` }),
  interrupted: ({ reason }) => ({
    text: `${reason} The training is taken up again.`,
    tone: "yellow",
  }),
  log: ({ level, message }) => ({ text: message, tone: level === "info" ? undefined : "yellow" }),
  paused: ({ reason }) => ({
    text: `${reason ?? ""} The run is paused.`.trimStart(),
    tone: "yellow",
  }),
  resumeRequested: ({ epochs }) => ({
    text: "The run is resumed" + (epochs === null ? "." : `, to ${count(epochs)} epochs in all.`),
  }),
  renamed: ({ name }) => ({ text: `The run is now called '${name}'.` }),
  checkpointNamed: ({ name }) =>
    name === null ? undefined : { text: `A checkpoint is kept as '${name}'.` },
};

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
    `seed ${spec.seed}`,
  ].join(", ");
}
