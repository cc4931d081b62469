/** `deno task runs export`: reads the metrics of runs from a server and writes them for another program. */
import { isFinished } from "../../../runs/log/state.ts";
import { noteLine, printLine } from "../../terminal/output.ts";
import { RefusedError } from "../errors.ts";
import { findRun, type FoundRun } from "../find_run.ts";
import {
  type ExportedRun,
  FOLLOW_METRICS,
  type MetricItem,
  READ_EXPORTED,
  READ_METRICS,
} from "../operations.ts";
import type { Server } from "../server.ts";
import { follow } from "../subscribe.ts";
import type { ExportRunsCommand } from "./flags.ts";
import { type MetricEvent, metricsOf, type Target } from "./target.ts";

/** Events per page of a log. */
const PAGE = 500;

/** Opens the place of a run's metrics. */
export type OpenTarget = (run: ExportedRun) => Promise<Target>;

/**
 * Exports each run, followed ones side by side.
 *
 * @throws {UsageError} if a run cannot be found: then none is exported
 */
export async function exportRuns(
  server: Server,
  command: ExportRunsCommand,
  open: OpenTarget,
  signal: AbortSignal,
): Promise<void> {
  const found = [];
  for (const reference of command.runs) found.push(await findRun(server, reference));
  const runs = [...new Map(found.map((run) => [run.id, run])).values()];
  if (command.follow) {
    await Promise.all(runs.map((run) => exportRun(server, run, open, { follows: true, signal })));
  } else {
    for (const run of runs) await exportRun(server, run, open, { follows: false, signal });
  }
}

async function exportRun(
  server: Server,
  found: FoundRun,
  open: OpenTarget,
  { follows, signal }: { readonly follows: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const begun = await readRun(server, found);
  const target = await open(begun);
  let { afterSeq } = target;
  for (let isWhole = false; !isWhole && !signal.aborted;) {
    const { run } = await server.ask(READ_METRICS, { id: found.id, afterSeq, first: PAGE });
    if (!run) throw deleted(found);
    await target.write(run.events.flatMap((item) => metricsOf(item) ?? []));
    afterSeq = run.events.at(-1)?.seq ?? afterSeq;
    isWhole = run.events.length < PAGE;
  }
  await target.catchUp();
  printLine(`'${begun.name}' is in ${target.shown}.`);
  if (follows && !isFinished(begun.state)) {
    await followMetrics(server, found, target, afterSeq, signal);
  }
  await target.close(await readRun(server, found));
}

async function readRun(server: Server, found: FoundRun): Promise<ExportedRun> {
  const { run } = await server.ask(READ_EXPORTED, { id: found.id });
  if (!run) throw deleted(found);
  return run;
}

function deleted({ name }: FoundRun): RefusedError {
  return new RefusedError(`Cannot export the run '${name}': it was deleted just now.`);
}

/** Writes what comes until the run ends or the signal aborts. */
async function followMetrics(
  server: Server,
  { id, name }: FoundRun,
  target: Target,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  let afterSeq = from;
  const failed = new AbortController();
  let waiting: MetricEvent[] = [];
  let writing: Promise<void> = Promise.resolve();

  function receive(item: MetricItem): void {
    afterSeq = item.seq;
    const event = metricsOf(item);
    if (!event) return;
    waiting.push(event);
    // What arrives during a write goes with the next one.
    if (waiting.length === 1) writing = writing.then(writeWaiting);
  }

  async function writeWaiting(): Promise<void> {
    const events = waiting;
    waiting = [];
    if (failed.signal.aborted) return;
    await target.write(events).catch((error) => failed.abort(error));
  }

  await follow(server, FOLLOW_METRICS, {
    variables: () => ({ id, afterSeq }),
    next: ({ runEvents }) => receive(runEvents),
    async isOver() {
      const { run } = await server.ask(READ_EXPORTED, { id });
      return !run || isFinished(run.state);
    },
    onLost: () => noteLine(`Connection lost for '${name}'. Reconnecting…`),
    onBack: () => noteLine("Connected again."),
  }, AbortSignal.any([signal, failed.signal]));
  await writing;
  failed.signal.throwIfAborted();
}
