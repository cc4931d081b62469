/**
 * `deno task train`: trains one run in a terminal, without a server. It is a worker for that run, on the
 * server's store, with the trainer process that every worker uses. Its parts are in train/.
 */
import { loadConfig } from "../config.ts";
import {
  type DatasetInfo,
  DEFAULT_DATASET,
  describeDataset,
  trainableDatasets,
} from "../data/catalog.ts";
import { importedFolder } from "../data/imported/place.ts";
import { CheckpointError } from "../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../runs/checkpoints/store.ts";
import { resultsFolder, scratchFolder } from "../runs/paths.ts";
import { historyOf } from "../runs/reading/history.ts";
import { ignoreNotFound } from "../runs/scratch.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";
import type { StoreLocation } from "../runs/store/open.ts";
import { createGpuReader } from "../runs/trainer/gpu.ts";
import { createTrainerProcess } from "../runs/trainer/process.ts";
import { NoDeviceError, TrainerCrashedError, TrainingError } from "../runs/trainer/trainer.ts";
import { conclude, DONE, FAILED, WRONG_INPUT } from "./train/conclude.ts";
import { beginEarly, type EarlyTraining } from "./train/early_training.ts";
import { ResultsError, WrongInputError } from "./train/errors.ts";
import type { Learned } from "./train/evaluation.ts";
import { type ParsedFlags, parseFlags, type TrainFlags } from "./train/flags.ts";
import { type Interrupts, listenForInterrupts } from "./train/interrupts.ts";
import { noProgress } from "./train/progress.ts";
import type { Report } from "./train/report.ts";
import { checkFolder, writeResults } from "./train/results.ts";
import type { EndedRun } from "./train/run_to_end.ts";
import type { PreparedStart } from "./train/start_weights.ts";
import { inspectTerminal } from "./train/terminal.ts";
import { join } from "node:path";

/** Errors with messages for users. */
const FOR_PEOPLE = [
  WrongInputError,
  ResultsError,
  StoreUnavailableError,
  TrainingError,
  TrainerCrashedError,
] as const;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const config = loadConfig();
  const { home, device } = config;
  const parsed = parseFlags(args, {
    size: describeDataset(DEFAULT_DATASET),
    datasets: await trainableInfos(join(home, "data")),
    device,
  });
  switch (parsed.kind) {
    case "help":
      console.log(parsed.text.trimEnd());
      return DONE;
    case "wrong":
      for (const problem of parsed.problems) console.error(problem);
      return WRONG_INPUT;
    case "check":
    case "train":
      break;
    default:
      return parsed satisfies never;
  }
  const folder = join(scratchFolder(home), `terminal-${crypto.randomUUID()}`);
  try {
    if (parsed.kind === "check") return await check(parsed, config);
    const { flags } = parsed;
    if (flags.out !== undefined) await checkFolder(flags.out, "--out");
    await checkFolder(join(home, "runs"), "EPOCHQL_HOME");
    await Deno.mkdir(folder, { recursive: true });
    const start = await findWeights(flags, config, folder);
    return await begin({ ...flags, spec: start?.spec ?? flags.spec }, config, { folder, start });
  } catch (error) {
    if (!(error instanceof WrongInputError)) throw error;
    console.error(error.message);
    return WRONG_INPUT;
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(ignoreNotFound);
  }
}

/** Prints what would be trained. */
async function check(
  { spec, startFrom }: ParsedFlags & { readonly kind: "check" },
  config: Config,
): Promise<number> {
  await findWeights({ spec, startFrom }, config, undefined);
  const { introductionOf } = await import("./train/report.ts");
  const terminal = inspectTerminal(Deno.stdout.isTerminal(), Deno.env);
  for (const text of introductionOf(spec, terminal)) console.log(text);
  return DONE;
}

/** Finds the weights to begin with, and copies them to a folder, if there is one. */
async function findWeights(
  { spec, startFrom }: Pick<TrainFlags, "spec" | "startFrom">,
  config: Config,
  folder: string | undefined,
): Promise<PreparedStart | undefined> {
  if (startFrom === undefined) return undefined;
  const { prepareStart } = await import("./train/start_weights.ts");
  return await prepareStart(startFrom, spec, config, folder);
}

/** Trains in a folder for temporary files. */
async function begin(
  flags: TrainFlags,
  config: Config,
  { folder, start }: { readonly folder: string; readonly start: PreparedStart | undefined },
): Promise<number> {
  // The trainer takes longest to start, so it starts first; everything else is loaded meanwhile.
  const trainer = createTrainerProcess({ dataFolder: join(config.home, "data") });
  const early = beginEarly(trainer, flags.spec, folder, start?.path);
  const { openReport } = await import("./train/report.ts");
  const terminal = inspectTerminal(Deno.stderr.isTerminal(), Deno.env);
  const report = openReport(terminal, noProgress(flags.spec));
  const interrupts = listenForInterrupts((exitCode) => {
    report.end();
    Deno.exit(exitCode);
  });
  try {
    return await train(flags, config, { early, report, interrupts, scratch: folder, start });
  } catch (error) {
    if (!FOR_PEOPLE.some((kind) => error instanceof kind)) throw error;
    report.note((error as Error).message, "red");
    return isWrongInput(error, flags) ? WRONG_INPUT : FAILED;
  } finally {
    report.end();
    await early.abandon();
  }
}

/** Describes the datasets that can be trained on. Manifests are read only where there are any. */
async function trainableInfos(dataFolder: string): Promise<readonly DatasetInfo[]> {
  const builtIn = trainableDatasets.map(describeDataset);
  const hasImported = await Deno.stat(importedFolder(dataFolder)).then(() => true, () => false);
  if (!hasImported) return builtIn;
  const { listImportedInfos } = await import("../data/storage/describe.ts");
  return [...builtIn, ...await listImportedInfos(dataFolder)];
}

/** Returns true for an error in the user's input, which an unrequested device is not. */
function isWrongInput(error: unknown, { spec }: TrainFlags): boolean {
  return error instanceof WrongInputError ||
    error instanceof NoDeviceError && spec.device !== "AUTO";
}

/** The parts of a training in progress. */
interface UnderWay {
  readonly early: EarlyTraining;
  readonly report: Report;
  readonly interrupts: Interrupts;
  /** A folder that is removed at the end. */
  readonly scratch: string;
  /** The weights that it begins with, if they are stored. */
  readonly start: PreparedStart | undefined;
}

type Config = StoreLocation & { readonly checkpoints: string; readonly gpu?: string };

async function train(
  flags: TrainFlags,
  config: Config,
  { early, report, interrupts, scratch, start }: UnderWay,
): Promise<number> {
  report.introduce(flags.spec);
  const [{ createRun, runToEnd }, { openStore }, { openCheckpointStore }] = await Promise.all([
    import("./train/run_to_end.ts"),
    import("../runs/store/open.ts"),
    import("../runs/checkpoints/open.ts"),
  ]);
  const store = await openStore(config);
  const checkpoints = await openCheckpointStore(config.checkpoints);
  let runId: string | undefined;
  try {
    // A run is stored once it is known that it can be trained.
    await Promise.race([early.begun, aborted(interrupts.signal)]);
    if (interrupts.signal.aborted) {
      report.note("Stopped before anything was trained.");
      return interrupts.exitCode() ?? FAILED;
    }
    const worker = `terminal-${crypto.randomUUID()}`;
    const run = await createRun(store, flags, worker, start?.runId);
    runId = run.id;
    const ended = await runToEnd({
      store,
      trainer: early.trainer,
      checkpoints,
      scratch: scratchFolder(config.home),
      run,
      worker,
      report,
      readGpu: createGpuReader(config.gpu),
      interrupt: interrupts.signal,
    });
    const code = conclude(ended, report, interrupts);
    const folder = flags.out ?? resultsFolder(config.home, run.id);
    const learned = await readLearned(ended, {
      dataFolder: join(config.home, "data"),
      checkpoints,
      scratch,
      report,
    });
    const files = await writeResults(folder, historyOf(ended.run, ended.epochs), learned);
    report.note(`Results in ${join(folder, "/")}: ${files.join(", ")}`);
    return code;
  } finally {
    if (start && runId !== start.runId) await checkpoints.removeAll(start.runId);
    checkpoints.close();
    await store.close();
  }
}

/** Evaluates the run for its pictures; a failure is reported, and its picture left out. */
async function readLearned(
  { run, epochs }: EndedRun,
  { dataFolder, checkpoints, scratch, report }: {
    readonly dataFolder: string;
    readonly checkpoints: CheckpointStore;
    readonly scratch: string;
    readonly report: Report;
  },
): Promise<Learned> {
  const { confusionOf, kernelsOf } = await import("./train/evaluation.ts");
  const { findDatasetInfo } = await import("../data/storage/describe.ts");
  const info = await findDatasetInfo(run.spec.dataset, dataFolder).catch(() => undefined);
  const confusion = confusionOf(run, epochs, info?.classes);
  try {
    return { ...confusion, ...await kernelsOf(run, checkpoints, scratch) };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    report.note(`${error.message} Its kernels are not drawn.`, "yellow");
    return confusion;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
