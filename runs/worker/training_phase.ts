/** The training phase of an attempt: finds the resume point, runs the trainer and forwards its events. */
import { errorMessage } from "../../lib/error_message.ts";
import { retry } from "../../lib/retry.ts";
import { asWriteError } from "../../ml/checkpoint/checkpoint_file.ts";
import { removeStaleAttempts } from "../scratch.ts";
import type { RunEventBody } from "../log/event.ts";
import { CHECKPOINT_RETRY_MS } from "../timeouts.ts";
import { TrainerCrashedError } from "../trainer/trainer.ts";
import type { Attempt } from "./attempt_state.ts";
import {
  type CheckpointManager,
  createCheckpointManager,
  removeLeftovers,
} from "./checkpoint_manager.ts";
import { fetchFirstWeights } from "./first_weights.ts";
import { completed, type TrainingEnd } from "./outcome.ts";
import { deviceChangeWarning, findResumePoint, type ResumePoint, skipLogged } from "./resume.ts";
import { fetchRunDataset } from "../datasets/run_dataset.ts";
import { type MeasuredEvent, sampleSystem } from "./system_samples.ts";
import { withTraceparent } from "./training_span.ts";

/** Trains to the end or until a stop, which returns an empty end. */
export async function train(attempt: Attempt): Promise<TrainingEnd> {
  const { checkpoints, claim, buffer, stop, problems } = attempt;
  const manager = createCheckpointManager({
    store: checkpoints,
    runId: claim.run.id,
    attempt: claim.run.snapshot.attempts,
    buffer,
    logged: () => attempt.latest.snapshot.checkpoints,
    stopReason: stop.softReason,
    stop: stop.soft,
    giveUp: stop.hard,
    onProblem: problems.storeProblem,
  });
  const start = await prepare(attempt);
  if (!start) return {};
  const end = await runTrainer(attempt, start, manager);
  const unsaved = await manager.settled() ??
    (stop.soft.aborted ? problems.currentDiskProblem : null);
  return unsaved === null ? { end } : { end, unsaved };
}

/** Creates the attempt's folder and finds the resume point. Returns undefined if the attempt is stopped before. */
async function prepare(attempt: Attempt): Promise<ResumePoint | undefined> {
  const { checkpoints, scratch, claim, spec, folder, stop, problems, buffer, logLine } = attempt;
  const { id, snapshot } = claim.run;
  const signal = AbortSignal.any([stop.soft, stop.hard]);
  const warn = (error: unknown) => logLine("warning", errorMessage(error));
  await removeStaleAttempts(scratch, id).catch(warn);
  if (!await makeFolder(folder, signal, problems.storeProblem)) return undefined;
  removeLeftovers(checkpoints, id, snapshot).catch(warn);
  const start = await findResumePoint({
    store: checkpoints,
    runId: id,
    spec,
    checkpoints: snapshot.checkpoints,
    folder,
    signal,
    onProblem: problems.storeProblem,
  });
  for (const event of start?.news ?? []) await buffer.add(event);
  return signal.aborted ? undefined : start;
}

/** Runs the trainer from the resume point. @returns its end; undefined if it was stopped */
async function runTrainer(
  attempt: Attempt,
  start: ResumePoint,
  manager: CheckpointManager,
): Promise<RunEventBody | undefined> {
  const { trainer, claim, spec, folder, stop, span, saveEvery, readGpu, logLine } = attempt;
  const { snapshot } = claim.run;
  const pass = createEventPass(attempt, manager);
  let epoch = start.epochs;
  let stoppedEarly = false;
  try {
    await fetchRunDataset({
      dataset: spec.dataset,
      dataFolder: attempt.sharedDataFolder,
      checkpoints: attempt.checkpoints,
      signal: AbortSignal.any([stop.soft, stop.hard]),
      onProblem: attempt.problems.storeProblem,
    });
    const weights = start.path === undefined ? await fetchFirstWeights(attempt) : undefined;
    if (stop.soft.aborted || stop.hard.aborted) return undefined;
    const events = trainer.train(spec, {
      signal: stop.hard,
      pause: stop.soft,
      checkpointFolder: folder,
      saveEvery,
      // The log goes on with the numbers of the engine that it began with.
      lastEngine: snapshot.step > 0 ? snapshot.engine ?? undefined : undefined,
      from: start.path,
      weights,
    });
    for await (const event of sampleSystem(events, { batchSize: spec.batchSize, readGpu })) {
      span.heard(event);
      if (event.type === "epoch") {
        epoch = event.number;
        stoppedEarly = event.stopsEarly === true;
      }
      await pass(event);
    }
    if (stoppedEarly || epoch >= spec.epochs) return completed(stoppedEarly);
    if (stop.soft.aborted || stop.hard.aborted) return undefined;
    throw new Error(`Cannot finish: the trainer must reach epoch ${spec.epochs}, got ${epoch}.`);
  } catch (error) {
    if (stop.hard.aborted) return undefined;
    const message = errorMessage(error);
    span.failed(error);
    logLine("error", `The training of '${claim.run.name}' has ended: ${message}`);
    return error instanceof TrainerCrashedError
      ? { type: "interrupted", reason: message, crashed: true }
      : { type: "failed", error: message };
  }
}

/** Creates the function that forwards a trainer's events to the log and the checkpoint store. */
function createEventPass(
  { claim, buffer, stop, problems }: Attempt,
  manager: CheckpointManager,
): (event: MeasuredEvent) => Promise<void> {
  const withoutLogged = skipLogged(claim.run.snapshot);
  const add = async (event: RunEventBody | undefined) => {
    if (event) await buffer.add(event);
  };
  return async (report) => {
    switch (report.type) {
      case "checkpoint":
        return await manager.take(report);
      case "trouble":
        return problems.diskProblem(report.message);
      case "system":
      case "log":
        return await add(report);
      case "started":
        await add(withTraceparent(report));
        return await add(deviceChangeWarning(claim.run.snapshot, report));
      case "batches":
      case "epoch":
        stop.recordProgress();
        return await add(withoutLogged(report));
      default:
        report satisfies never;
    }
  };
}

/** Creates a folder, and waits while the disk has no room for it. @returns whether it exists */
async function makeFolder(
  path: string,
  signal: AbortSignal,
  onProblem: (message: string | null) => void,
): Promise<boolean> {
  if (signal.aborted) return false;
  const make = () =>
    Deno.mkdir(path, { recursive: true }).catch((error) => {
      throw asWriteError(error, path);
    });
  try {
    await retry(make, { signal, pauseMs: CHECKPOINT_RETRY_MS, onProblem });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
