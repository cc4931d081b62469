/**
 * The fold over a run's events. The store keeps its latest value beside the log and writes it in the
 * transaction of the append, so that lists need not read logs.
 */
import { definitionOf } from "./definition_of.ts";
import type { RunEvent, RunEventType } from "./event.ts";
import { requireNext } from "./event_definition.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { RunState } from "./state.ts";

/** Reports whether an event of this type may follow in this state. */
export function allows(state: RunState, type: RunEventType): boolean {
  return definitionOf(type).allowedIn.includes(state);
}

/**
 * Applies one event to a snapshot. Seqs, steps and epochs are contiguous: an event that leaves one out, or repeats
 * one, is rejected.
 *
 * @throws {RangeError} if the event does not follow the snapshot
 */
export function fold(snapshot: RunSnapshot, event: RunEvent): RunSnapshot {
  requireNext(event, "seq", event.seq, snapshot.lastSeq + 1);
  const { allowedIn, apply } = definitionOf(event.type);
  if (!allowedIn.includes(snapshot.state)) {
    throw new RangeError(
      `Cannot apply '${event.type}': the run must be ${allowedIn.join(" or ")}, ` +
        `got ${snapshot.state}.`,
    );
  }
  return { ...snapshot, ...apply(snapshot, event), lastSeq: event.seq };
}
