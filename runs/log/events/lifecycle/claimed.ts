/** Event claimed: a worker took the run. */
import type { EventDefinition } from "../../event_definition.ts";

export interface ClaimedEvent {
  readonly type: "claimed";
  /** Name of the worker. */
  readonly worker: string;
  /** From 1. */
  readonly attempt: number;
}

export const claimed: EventDefinition<ClaimedEvent> = {
  allowedIn: ["QUEUED", "INTERRUPTED", "PAUSING", "CANCELLING"],
  apply: ({ state }, { attempt }) => ({
    attempts: attempt,
    // A run that is being paused or cancelled is claimed only to end that.
    state: state === "PAUSING" || state === "CANCELLING" ? state : "RUNNING",
  }),
  text: ({ worker, attempt }) =>
    `Picked up by worker ${worker}${attempt > 1 ? `, attempt ${attempt}` : ""}.`,
};
