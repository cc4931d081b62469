/** interface RunEvent */
import type { RunEvent as Event, RunEventType } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";

/** The GraphQL type of each type of event. */
export const RUN_EVENT_NAMES = {
  queued: "QueuedEvent",
  claimed: "ClaimedEvent",
  started: "StartedEvent",
  batches: "BatchesEvent",
  epoch: "Epoch",
  checkpoint: "CheckpointEvent",
  checkpointRemoved: "CheckpointRemovedEvent",
  checkpointNamed: "CheckpointNamedEvent",
  pauseRequested: "PauseRequestedEvent",
  paused: "PausedEvent",
  resumeRequested: "ResumeRequestedEvent",
  cancelRequested: "CancelRequestedEvent",
  cancelled: "CancelledEvent",
  completed: "CompletedEvent",
  failed: "FailedEvent",
  interrupted: "InterruptedEvent",
  renamed: "RenamedEvent",
  tagged: "TaggedEvent",
  noted: "NotedEvent",
  system: "SystemEvent",
  log: "LogEvent",
} as const satisfies Record<RunEventType, string>;

export const RunEvent = builder.interfaceRef<Event>("RunEvent").implement({
  description: "Event of a run. A run's log is the list of its events.",
  resolveType: (event) => RUN_EVENT_NAMES[event.type],
  fields: (t) => ({
    seq: t.exposeInt("seq", {
      description: "Sequence number within the run, from 1 without gaps. Pass it as `afterSeq`.",
    }),
    runId: t.id({
      description: "ID of the run.",
      resolve: (event) => globalId("Run", event.runId),
    }),
    at: t.exposeString("at", { description: "Time of the event, RFC 3339." }),
  }),
});
