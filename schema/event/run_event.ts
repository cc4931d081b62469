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
  description: "Something that happened to a run. A run is the list of its events.",
  resolveType: (event) => RUN_EVENT_NAMES[event.type],
  fields: (t) => ({
    seq: t.exposeInt("seq", {
      description: "Its number within the run: 1, 2, 3, no gap. A cursor: `afterSeq`.",
    }),
    runId: t.id({
      description: "The run's id.",
      resolve: (event) => globalId("Run", event.runId),
    }),
    at: t.exposeString("at", { description: "When it happened, RFC 3339." }),
  }),
});
