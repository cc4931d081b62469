/** A stored run from here to its end: trained, concluded, and its results written. */
import { join } from "node:path";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { Run } from "../../runs/log/run.ts";
import { resultsFolder, scratchFolder } from "../../runs/paths.ts";
import { historyOf } from "../../runs/reading/history.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { createGpuReader } from "../../runs/trainer/gpu.ts";
import type { Trainer } from "../../runs/trainer/trainer.ts";
import { conclude } from "./conclude.ts";
import type { Learned } from "./evaluation.ts";
import type { Interrupts } from "../terminal/interrupts.ts";
import type { Report } from "../terminal/report.ts";
import { earlierResults, writeResults } from "./results.ts";
import { type EndedRun, runToEnd } from "./run_to_end.ts";

/** The parts of a run's training in a terminal. */
export interface TrainRunOptions {
  readonly home: string;
  readonly gpu?: string | undefined;
  readonly store: RunStore;
  readonly checkpoints: CheckpointStore;
  readonly trainer: Trainer;
  /** The folder that datasets of other machines are fetched to. */
  readonly sharedDataFolder: string | undefined;
  /** The name of this worker. */
  readonly worker: string;
  /** A folder that is removed at the end. */
  readonly scratch: string;
  readonly report: Report;
  readonly interrupts: Interrupts;
  /** The folder of the results; the run's own by default. */
  readonly out?: string | undefined;
}

/** @returns the exit code */
export async function trainRun(run: Run, options: TrainRunOptions): Promise<number> {
  const { home, store, checkpoints, trainer, worker, report, interrupts } = options;
  const ended = await runToEnd({
    sharedDataFolder: options.sharedDataFolder,
    ...{ store, trainer, checkpoints, run, worker, report },
    scratch: scratchFolder(home),
    readGpu: createGpuReader(options.gpu),
    interrupt: interrupts.signal,
  });
  const code = conclude(ended, report, interrupts);
  const folder = options.out ?? resultsFolder(home, run.id);
  const learned = { ...await readLearned(ended, options), ...await curvesOfSteps(store, ended) };
  const earlier = await earlierResults(folder);
  const files = await writeResults(folder, historyOf(ended.run, ended.epochs), learned);
  report.note(`Results in ${join(folder, "/")}: ${files.join(", ")}`);
  if (earlier && earlier.id !== run.id) {
    report.note(
      `They replace those of '${earlier.name}' (${earlier.id}), which stays in the run list.`,
    );
  }
  return code;
}

/** Draws the steps of a run that has ended before its first epoch has. */
async function curvesOfSteps(
  store: RunStore,
  { run, epochs }: EndedRun,
): Promise<Pick<Learned, "curves">> {
  if (epochs.length > 0 || run.snapshot.step === 0) return {};
  const { drawCurves } = await import("../../schema/metrics/draw_curves.ts");
  return { curves: await drawCurves(store, run, { theme: "light", title: run.name }) };
}

/** Evaluates the run for its pictures; a failure is reported, and its picture left out. */
async function readLearned(
  { run, epochs }: EndedRun,
  { home, checkpoints, scratch, report }: TrainRunOptions,
): Promise<Learned> {
  const { confusionOf, kernelsOf } = await import("./evaluation.ts");
  const { findDatasetInfo } = await import("../../data/storage/describe.ts");
  const info = await findDatasetInfo(run.spec.dataset, join(home, "data")).catch(() => undefined);
  const confusion = confusionOf(run, epochs, info?.classes);
  try {
    return { ...confusion, ...await kernelsOf(run, checkpoints, scratch) };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    report.note(`${error.message} Its kernels are not drawn.`, "yellow");
    return confusion;
  }
}
