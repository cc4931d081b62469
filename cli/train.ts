/**
 * `deno task train`: trains one run in a terminal, without a server. It is a worker for that run, on the
 * server's store, with the trainer process that every worker uses. Its parts are in train/.
 */
import { loadConfig } from "../config.ts";
import { untilAborted } from "../lib/delay.ts";
import { epochsOf } from "../runs/log/snapshot.ts";
import { isShared, scratchFolder } from "../runs/paths.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";
import { createTrainerProcess } from "../runs/trainer/process.ts";
import { setUpTensorFlow } from "../runs/trainer/set_up_tensorflow.ts";
import { NoDeviceError, TrainerCrashedError, TrainingError } from "../runs/trainer/trainer.ts";
import { RefusedError, UsageError } from "./runs/errors.ts";
import { DONE, FAILED, WRONG_INPUT } from "./train/conclude.ts";
import type { OneEnded } from "./train/compare.ts";
import { beginEarly, type EarlyTraining } from "./train/early_training.ts";
import { ResultsError, WrongInputError } from "./train/errors.ts";
import type { OutputFlags, ParsedFlags, SweptFlags, TrainFlags } from "./train/parsed_flags.ts";
import { fetchFromElsewhere, parseArguments, type TrainConfig } from "./train/parse_arguments.ts";
import { type Interrupts, listenForInterrupts } from "./terminal/interrupts.ts";
import { noProgress } from "./terminal/progress.ts";
import type { Report } from "./terminal/report.ts";
import { checkFolder } from "./train/results.ts";
import type { ResumeFlags } from "./train/resume.ts";
import type { PreparedStart } from "./train/start_weights.ts";
import { inspectTerminal } from "./terminal/terminal.ts";
import { join } from "node:path";
import { ignoreNotFound } from "../lib/not_found.ts";

/** Errors with messages for users. */
const FOR_PEOPLE = [
  WrongInputError,
  ResultsError,
  StoreUnavailableError,
  TrainingError,
  TrainerCrashedError,
] as const;

/** Errors in what was typed; the last two are of a run that --resume or --like names. */
const WRONG = [WrongInputError, RefusedError, UsageError] as const;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const config = loadConfig();
  const { home } = config;
  const folder = join(scratchFolder(home), `terminal-${crypto.randomUUID()}`);
  try {
    const parsed = await parseArguments(args, config);
    switch (parsed.kind) {
      case "help":
        console.log(parsed.text.trimEnd());
        return DONE;
      case "wrong":
        throw new WrongInputError(parsed.problems.join("\n"));
      case "check":
        return await check(parsed, config);
      case "plan": {
        await fetchFromElsewhere(parsed.spec.dataset, config);
        const { stepPlan } = await import("./train/show_plan.ts");
        console.log(await stepPlan(parsed.spec, join(home, "data")));
        return DONE;
      }
      case "train":
      case "resume":
      case "several":
        break;
      default:
        return parsed satisfies never;
    }
    for (const { output: { out } } of parsed.kind === "several" ? parsed.trainings : [parsed]) {
      if (out !== undefined) await checkFolder(out, "--out");
    }
    await checkFolder(join(home, "runs"), "EPOCHQL_HOME");
    await Deno.mkdir(folder, { recursive: true });
    if (parsed.kind === "several") return await trainSeveral(parsed.trainings, config, folder);
    const { output } = parsed;
    if (parsed.kind === "resume") return await resume(parsed.flags, output, config, folder);
    return (await trainOne(parsed.flags, output, config, folder)).code;
  } catch (error) {
    if (!WRONG.some((kind) => error instanceof kind)) throw error;
    console.error((error as Error).message);
    return WRONG_INPUT;
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(ignoreNotFound);
  }
}

/** Prints what would be trained. */
async function check(
  { spec, startFrom }: ParsedFlags & { readonly kind: "check" },
  config: TrainConfig,
): Promise<number> {
  await findWeights({ spec, startFrom }, config, undefined);
  const { introductionOf } = await import("./terminal/report.ts");
  for (const text of introductionOf(spec, terminalOf(Deno.stdout))) console.log(text);
  return DONE;
}

/** Finds the weights to begin with, and copies them to a folder, if there is one. */
async function findWeights(
  { spec, startFrom }: Pick<TrainFlags, "spec" | "startFrom">,
  config: TrainConfig,
  folder: string | undefined,
): Promise<PreparedStart | undefined> {
  if (startFrom === undefined) return undefined;
  const { prepareStart } = await import("./train/start_weights.ts");
  return await prepareStart(startFrom, spec, config, folder);
}

/** Carries out one training after the other, and compares them. */
async function trainSeveral(
  trainings: readonly SweptFlags[],
  config: TrainConfig,
  folder: string,
): Promise<number> {
  const { exitCodeOf, printComparison, trainEach } = await import("./train/compare.ts");
  const terminal = terminalOf(Deno.stderr);
  const compared = await trainEach(trainings, terminal, async ({ flags, output }, at) => {
    const scratch = join(folder, String(at));
    await Deno.mkdir(scratch);
    return await trainOne(flags, output, config, scratch);
  });
  await using resources = new AsyncDisposableStack();
  const { store } = await openStores(config, resources);
  await printComparison(store, compared, terminal);
  return exitCodeOf(compared);
}

/** Trains in a folder for temporary files. */
async function trainOne(
  flags: TrainFlags,
  output: OutputFlags,
  config: TrainConfig,
  folder: string,
): Promise<OneEnded> {
  await fetchFromElsewhere(flags.spec.dataset, config);
  const start = await findWeights(flags, config, folder);
  const spec = start?.spec ?? flags.spec;
  let runId: string | undefined;
  const onRun = (id: string) => runId = id;
  const code = await begin({ ...flags, spec }, output, config, { folder, start, onRun });
  return { code, runId };
}

async function begin(
  flags: TrainFlags,
  output: OutputFlags,
  config: TrainConfig,
  { folder, start, onRun }: Pick<UnderWay, "start" | "onRun"> & { readonly folder: string },
): Promise<number> {
  // The trainer takes longest to start, so it starts first; everything else is loaded meanwhile.
  const trainer = newTrainer(config);
  const early = beginEarly(trainer, flags.spec, folder, start?.path);
  const { openReport } = await import("./terminal/report.ts");
  const report = openReport(terminalOf(Deno.stderr), noProgress(flags.spec), output.format);
  const interrupts = listenForInterrupts((exitCode) => {
    report.end();
    Deno.exit(exitCode);
  });
  try {
    return await train(flags, output, config, {
      early,
      report,
      interrupts,
      scratch: folder,
      start,
      onRun,
    });
  } catch (error) {
    if (!FOR_PEOPLE.some((kind) => error instanceof kind)) throw error;
    report.note((error as Error).message, "red");
    return isWrongInput(error, flags) ? WRONG_INPUT : FAILED;
  } finally {
    report.end();
    interrupts.stop();
    await early.abandon();
  }
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
  /** Called with the id of the run once it is stored. */
  onRun(id: string): void;
}

async function train(
  flags: TrainFlags,
  { out }: OutputFlags,
  config: TrainConfig,
  { early, report, interrupts, scratch, start, onRun }: UnderWay,
): Promise<number> {
  report.introduce(flags.spec);
  const [{ createRun }, { trainRun }] = await Promise.all([
    import("./train/run_to_end.ts"),
    import("./train/train_run.ts"),
  ]);
  await using resources = new AsyncDisposableStack();
  const { store, checkpoints } = await openStores(config, resources);
  let runId: string | undefined;
  try {
    // A run is stored once it is known that it can be trained.
    await Promise.race([early.begun, untilAborted(interrupts.signal)]);
    if (interrupts.signal.aborted) {
      report.note("Stopped before anything was trained.");
      return interrupts.exitCode() ?? FAILED;
    }
    const worker = newWorker();
    const run = await createRun(store, flags, worker, start?.runId);
    runId = run.id;
    onRun(runId);
    const { trainer } = early;
    return await trainRun(run, {
      ...config,
      ...{ store, checkpoints, trainer, worker, scratch, report, interrupts, out },
      sharedDataFolder: sharedDataFolder(config),
    });
  } finally {
    if (start && runId !== start.runId) await checkpoints.removeAll(start.runId);
  }
}

/** Continues a stored run. */
async function resume(
  flags: ResumeFlags,
  { format, out }: OutputFlags,
  config: TrainConfig,
  scratch: string,
): Promise<number> {
  const [{ datasetsOf, requestResume }, { trainRun }, { openReport }] = await Promise.all([
    import("./train/resume.ts"),
    import("./train/train_run.ts"),
    import("./terminal/report.ts"),
  ]);
  await using resources = new AsyncDisposableStack();
  const { store, checkpoints } = await openStores(config, resources);
  const run = await requestResume(store, flags, datasetsOf(config));
  const spec = { ...run.spec, epochs: epochsOf(run) };
  const report = openReport(terminalOf(Deno.stderr), noProgress(spec), format);
  const interrupts = listenForInterrupts((exitCode) => {
    report.end();
    Deno.exit(exitCode);
  });
  report.introduce(spec);
  return await trainRun(run, {
    ...config,
    ...{ store, checkpoints, scratch, report, interrupts, out },
    sharedDataFolder: sharedDataFolder(config),
    trainer: newTrainer(config),
    worker: newWorker(),
  });
}

async function openStores(config: TrainConfig, resources: AsyncDisposableStack) {
  const [{ openStore }, { openCheckpointStore }] = await Promise.all([
    import("../runs/store/open.ts"),
    import("../runs/checkpoints/open.ts"),
  ]);
  const store = resources.adopt(await openStore(config), (store) => store.close());
  const checkpoints = resources.adopt(
    await openCheckpointStore(config.checkpoints),
    (checkpoints) => checkpoints.close(),
  );
  return { store, checkpoints };
}

/** Creates a trainer. What it has to set up reports on stderr. */
function newTrainer({ home }: TrainConfig) {
  return createTrainerProcess({
    dataFolder: join(home, "data"),
    setUp: setUpTensorFlow({ inTerminal: true }),
  });
}

/** Returns the folder that datasets of other machines are fetched to. */
function sharedDataFolder(config: TrainConfig): string | undefined {
  return isShared(config) ? join(config.home, "data") : undefined;
}

function newWorker(): string {
  return `terminal-${crypto.randomUUID()}`;
}

function terminalOf(stream: { isTerminal(): boolean }) {
  return inspectTerminal(stream.isTerminal(), Deno.env);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
