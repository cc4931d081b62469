/** Moments of a run at which a process is struck: a claim, a start, a checkpoint, a step. */
import type { Run } from "../../runs/log/run.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import type { Moment } from "./plan.ts";

/** Counts of the events that moments wait for. */
export interface Landmarks {
  readonly claims: number;
  readonly starts: number;
  readonly checkpoints: number;
}

/** Types of the events that are counted. */
export const LANDMARKS = ["claimed", "started", "checkpoint"] as const satisfies readonly RunEvent[
  "type"
][];

/** @param events those of LANDMARKS, others do not matter */
export function landmarksOf(events: readonly RunEvent[]): Landmarks {
  const count = (wanted: RunEvent["type"]) => events.filter(({ type }) => type === wanted).length;
  return {
    claims: count("claimed"),
    starts: count("started"),
    checkpoints: count("checkpoint"),
  };
}

/** Checks whether a run has come to a moment, by its landmarks now and at the last strike. */
export function isReached(
  moment: Moment,
  { snapshot }: Run,
  now: Landmarks,
  before: Landmarks,
): boolean {
  switch (moment.at) {
    case "once":
      return true;
    case "claim":
      return now.claims > before.claims;
    case "start":
      return now.starts > before.starts;
    case "checkpoint":
      return now.checkpoints > before.checkpoints;
    case "step":
      return snapshot.step >= moment.step;
    default:
      return moment satisfies never;
  }
}
