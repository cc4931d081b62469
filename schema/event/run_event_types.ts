/** The registry of GraphQL types of events, and the fields that they share. */
import type { RunEvent as Event, RunEventType } from "../../runs/log/event.ts";
import { logLineOf } from "../../runs/log/log_line.ts";
import { globalId } from "../base/global_id.ts";
import { Epoch } from "../metrics/epoch.ts";
import { CheckpointEvent } from "./types/checkpoints/checkpoint.ts";
import { CheckpointNamedEvent } from "./types/checkpoints/checkpoint_named.ts";
import { CheckpointRemovedEvent } from "./types/checkpoints/checkpoint_removed.ts";
import { NotedEvent } from "./types/description/noted.ts";
import { RenamedEvent } from "./types/description/renamed.ts";
import { TaggedEvent } from "./types/description/tagged.ts";
import { CancelRequestedEvent } from "./types/lifecycle/cancel_requested.ts";
import { CancelledEvent } from "./types/lifecycle/cancelled.ts";
import { ClaimedEvent } from "./types/lifecycle/claimed.ts";
import { CompletedEvent } from "./types/lifecycle/completed.ts";
import { FailedEvent } from "./types/lifecycle/failed.ts";
import { InterruptedEvent } from "./types/lifecycle/interrupted.ts";
import { PauseRequestedEvent } from "./types/lifecycle/pause_requested.ts";
import { PausedEvent } from "./types/lifecycle/paused.ts";
import { QueuedEvent } from "./types/lifecycle/queued.ts";
import { ResumeRequestedEvent } from "./types/lifecycle/resume_requested.ts";
import { BatchesEvent } from "./types/training/batches.ts";
import { LogEvent } from "./types/training/log.ts";
import { StartedEvent } from "./types/training/started.ts";
import { SystemEvent } from "./types/training/system.ts";
import { LogLevel } from "./log_level.ts";
import { RunEvent } from "./run_event.ts";

/** The GraphQL type of each type of event. */
export const RUN_EVENT_TYPES = {
  queued: QueuedEvent,
  claimed: ClaimedEvent,
  started: StartedEvent,
  batches: BatchesEvent,
  epoch: Epoch,
  checkpoint: CheckpointEvent,
  checkpointRemoved: CheckpointRemovedEvent,
  checkpointNamed: CheckpointNamedEvent,
  pauseRequested: PauseRequestedEvent,
  paused: PausedEvent,
  resumeRequested: ResumeRequestedEvent,
  cancelRequested: CancelRequestedEvent,
  cancelled: CancelledEvent,
  completed: CompletedEvent,
  failed: FailedEvent,
  interrupted: InterruptedEvent,
  renamed: RenamedEvent,
  tagged: TaggedEvent,
  noted: NotedEvent,
  system: SystemEvent,
  log: LogEvent,
} satisfies {
  readonly [Type in RunEventType]: { readonly name: string; readonly $inferType: Event<Type> };
};

RunEvent.implement({
  description: "Event of a run. A run's log is the list of its events.",
  resolveType: (event) => RUN_EVENT_TYPES[event.type].name,
  fields: (t) => ({
    seq: t.exposeInt("seq", {
      description: "Sequence number within the run, from 1 without gaps. Pass it as `afterSeq`.",
    }),
    runId: t.id({
      description: "ID of the run.",
      resolve: (event) => globalId("Run", event.runId),
    }),
    at: t.exposeString("at", { description: "Time of the event, RFC 3339." }),
    text: t.string({
      description:
        "Event in one line of English for logs: 'Checkpoint after step 938 (492 kB).'. The wording may change.",
      resolve: (event) => logLineOf(event).text,
    }),
    level: t.field({
      type: LogLevel,
      description: "Severity.",
      resolve: (event) => logLineOf(event).level,
    }),
  }),
});
