/** Reads of a run's log from a position on, with what comes after it. */
import type { RunEvent, RunEventType } from "../log/event.ts";
import { isFinished } from "../log/state.ts";
import type { RunStore } from "../store/store.ts";
import { coalesceReads } from "./coalesced_reads.ts";

/** Events to read. */
export interface LogQuery {
  readonly runId: string;
  /** Defaults to all. */
  readonly types?: readonly RunEventType[] | undefined;
  /** Maximum number of events of a page. */
  readonly limit: number;
}

/** A part of a log. */
export interface LogPage {
  /** The store's mark before the read. */
  readonly mark: number;
  readonly events: readonly RunEvent[];
  /** Position after it. */
  readonly cursor: number;
  /** Continuation: more events at once, those to come, or nothing. */
  readonly then: "more" | "wait" | "end";
}

/**
 * Reads the events after a seq.
 *
 * @param afterStep leaves out `batches` up to this step
 */
export async function readPage(
  store: RunStore,
  { runId, types, limit }: LogQuery,
  afterSeq: number,
  afterStep?: number,
): Promise<LogPage> {
  const reads = coalesceReads(store);
  const mark = store.mark();
  // Read before the events: these then include all that the snapshot counts.
  const run = await reads.get(runId);
  if (!run) return { mark, events: [], cursor: afterSeq, then: "end" };
  const events = await reads.read(run, { afterSeq, limit, types, afterStep });
  const read = Math.max(afterSeq, events.at(-1)?.seq ?? 0);
  if (events.length === limit) return { mark, events, cursor: read, then: "more" };
  const { state, lastSeq } = run.snapshot;
  return {
    mark,
    events,
    cursor: Math.max(read, lastSeq),
    then: isFinished(state) ? "end" : "wait",
  };
}
