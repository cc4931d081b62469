/**
 * `deno task runs follow`: a run's progress in this terminal, wherever it is trained. The epochs so far come at once,
 * then all that happens, over any number of connections and restarts of the server.
 */
import type { TrainingSpec } from "../../ml/spec.ts";
import { isOver, type RunState } from "../../runs/state.ts";
import { noProgress } from "../train/progress.ts";
import { openReport, type Report } from "../train/report.ts";
import type { Terminal } from "../train/terminal.ts";
import { RefusedError } from "./errors.ts";
import { follow } from "./feed.ts";
import type { FoundRun } from "./find_run.ts";
import { oneLine } from "./format.ts";
import {
  type Epoch,
  FOLLOW_EVENTS,
  type FollowedRun,
  READ_FOLLOWED,
  READ_STATE,
} from "./operations.ts";
import { readEvent } from "./read_event.ts";
import { shortId } from "./run_id.ts";
import type { Server } from "./server.ts";

/**
 * Follows a run until it is over or the signal aborts.
 *
 * @returns whether it is COMPLETED
 */
export async function followRun(
  server: Server,
  { id, name }: FoundRun,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<boolean> {
  const { run } = await server.ask(READ_FOLLOWED, { id });
  if (!run) throw new RefusedError(`Cannot follow the run '${name}': it was deleted just now.`);
  const spec = specOf(run);
  const report = openReport(terminal, spec, {
    ...noProgress(spec),
    step: run.progress.step,
    steps: run.progress.steps,
  });
  try {
    return await followFrom(run, server, report, signal);
  } finally {
    report.end();
  }
}

async function followFrom(
  run: FollowedRun,
  server: Server,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  const { id, name, lastSeq } = run;
  report.note(`Following '${name}' (${shortId(id)}) on ${server.address}.`);
  // Those after it come as events.
  const epochs: Epoch[] = run.epochs.filter(({ seq }) => seq <= lastSeq);
  for (const epoch of epochs) report.tell({ ...epoch, type: "epoch", runId: id });
  const waiting = whyWaiting(run.state);
  if (waiting !== undefined) report.note(waiting);

  let state: RunState | undefined = run.state;
  let error = run.error;
  let afterSeq = lastSeq;
  if (!isOver(state)) {
    await follow(server, FOLLOW_EVENTS, {
      variables: () => ({ id, afterSeq }),
      next({ runEvents }) {
        afterSeq = runEvents.seq;
        const event = readEvent(runEvents);
        if (!event) return;
        report.tell(event);
        if (event.type === "epoch") epochs.push(event);
      },
      async isOver() {
        const { run } = await server.ask(READ_STATE, { id });
        state = run?.state;
        error = run?.error ?? null;
        return state === undefined || isOver(state);
      },
      onLost: () => report.note("Connection lost. Reconnecting…", "yellow"),
      onBack: () => report.note("Connected again."),
    }, signal);
  }
  if (signal.aborted) {
    report.note("Not following any more; the run is left as it is.");
    return false;
  }
  return conclude(report, state, error, epochs);
}

/** Says how a run has ended. */
function conclude(
  report: Report,
  state: RunState | undefined,
  error: string | null,
  epochs: readonly Epoch[],
): boolean {
  switch (state) {
    case "COMPLETED":
      report.conclude("Done", epochs, "green");
      return true;
    case "FAILED":
      if (error !== null) report.note(oneLine(error), "red");
      report.conclude("Failed", epochs, "red");
      return false;
    case "CANCELLED":
      report.conclude("Cancelled", epochs, "yellow");
      return false;
    case undefined:
      report.note("The run was deleted.", "yellow");
      return false;
    case "QUEUED":
    case "RUNNING":
    case "PAUSING":
    case "PAUSED":
    case "CANCELLING":
    case "INTERRUPTED":
      throw new Error(`Cannot conclude: the run must be over, got ${state}.`);
    default:
      return state satisfies never;
  }
}

/** Why nothing happens at first, if nothing does. */
function whyWaiting(state: RunState): string | undefined {
  switch (state) {
    case "QUEUED":
    case "INTERRUPTED":
      return "It waits for a worker.";
    case "PAUSED":
      return "It is paused; 'deno task runs resume' lets it go on.";
    default:
      return undefined;
  }
}

/** The spec, as the report needs it; it tells of the recipe to nobody here. */
function specOf(run: FollowedRun): TrainingSpec {
  const { dataset, batchSize, learningRate, seed, trainSamples, testSamples } = run;
  return {
    recipe: run.recipe ?? "BASIC_CNN",
    dataset,
    epochs: run.progress.epochs,
    batchSize,
    learningRate,
    seed,
    device: run.requestedDevice,
    trainSamples,
    testSamples,
  };
}
