/**
 * `deno task runs follow`: a run's progress in this terminal. It starts with the epochs so far, then prints
 * events, over any number of connections and restarts of the server.
 */
import { delay } from "../../lib/delay.ts";
import { isFinished, isWaiting, type RunState } from "../../runs/log/state.ts";
import type { EpochFormat } from "../terminal/epoch_format.ts";
import { noProgress } from "../terminal/progress.ts";
import { openReport, type Report, toReport } from "../terminal/report.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { RefusedError } from "./errors.ts";
import { follow } from "./subscribe.ts";
import type { FoundRun } from "./find_run.ts";
import { oneLine, queuePlace } from "../../lib/format.ts";
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
import { QUEUE_POLL_MS } from "../timeouts.ts";

/**
 * Follows a run until it has ended or the signal aborts.
 *
 * @returns true if it is COMPLETED
 */
export async function followRun(
  server: Server,
  { id, name }: FoundRun,
  { terminal, format, signal }: {
    readonly terminal: Terminal;
    readonly format: EpochFormat;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { run } = await server.ask(READ_FOLLOWED, { id });
  if (!run) throw new RefusedError(`Cannot follow the run '${name}': it was deleted just now.`);
  const { trainSamples, batchSize, progress: { epochs } } = run;
  const report = openReport(terminal, {
    ...noProgress({ epochs, trainSamples, batchSize }),
    step: run.progress.step,
    steps: run.progress.steps,
  }, format);
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
  // Later epochs arrive as events.
  const epochs: Epoch[] = run.epochs.filter(({ seq }) => seq <= lastSeq);
  for (const epoch of epochs) report.tell(toReport({ ...epoch, type: "epoch", runId: id }));
  const waiting = whyWaiting(run);
  if (waiting !== undefined) report.note(waiting);

  /** True while the run waits for a worker. */
  let waits = isWaiting(run.state);
  let state: RunState | undefined = run.state;
  let { error, warning } = run;
  let afterSeq = lastSeq;
  const done = new AbortController();
  const watching = watchQueue(AbortSignal.any([signal, done.signal]));
  if (!isFinished(state)) {
    await follow(server, FOLLOW_EVENTS, {
      variables: () => ({ id, afterSeq }),
      next({ runEvents }) {
        afterSeq = runEvents.seq;
        report.tell(readEvent(runEvents));
        const { __typename } = runEvents;
        if (__typename === "Epoch") epochs.push(runEvents);
        if (__typename === "ClaimedEvent") waits = false;
        if (__typename === "InterruptedEvent" || __typename === "ResumeRequestedEvent") {
          waits = true;
        }
      },
      async isOver() {
        const { run } = await server.ask(READ_STATE, { id });
        state = run?.state;
        error = run?.error ?? null;
        warning = run?.warning ?? null;
        return state === undefined || isFinished(state);
      },
      onLost: () => report.note("Connection lost. Reconnecting…", "yellow"),
      onBack: () => report.note("Connected again."),
    }, signal).finally(() => done.abort());
  }
  done.abort();
  await watching;
  if (signal.aborted) {
    report.note("Not following any more; the run is left as it is.");
    return false;
  }
  return conclude(report, { state, error, warning }, epochs);

  /** Prints the reason why the run waits, as workers start and stop. */
  async function watchQueue(signal: AbortSignal): Promise<void> {
    for (let told = waiting;;) {
      await delay(QUEUE_POLL_MS, signal);
      if (signal.aborted) return;
      if (!waits) continue;
      // The subscription reports a server that cannot be reached.
      const answer = await server.ask(READ_STATE, { id }).catch(() => undefined);
      const line = answer?.run?.waitingFor ?? undefined;
      if (line !== undefined && line !== told && !signal.aborted) report.note(line, "yellow");
      told = line;
    }
  }
}

/** Prints how the run ended. */
function conclude(
  report: Report,
  { state, error, warning }: {
    readonly state: RunState | undefined;
    readonly error: string | null;
    readonly warning: string | null;
  },
  epochs: readonly Epoch[],
): boolean {
  switch (state) {
    case "COMPLETED":
      report.conclude("Done", epochs, warning === null ? "green" : "yellow");
      if (warning !== null) report.note(oneLine(warning), "yellow");
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
      throw new Error(`Cannot conclude: the run must be finished, got ${state}.`);
    default:
      return state satisfies never;
  }
}

/** Returns the reason why nothing happens at first, if nothing does. */
function whyWaiting({ state, waitingFor, queuePosition }: FollowedRun): string | undefined {
  if (isWaiting(state)) return waitingFor ?? queuePlace(queuePosition ?? 1);
  if (state === "PAUSED") return "Paused. Resume it with 'deno task runs resume'.";
  return undefined;
}
