/** Maps events as the API sends them to events as a log holds them. */
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import type { EventItem } from "./operations.ts";

/** The log's name of each type of event, by its name in the API. */
const TYPES: Readonly<Record<EventItem["__typename"], RunEventType>> = {
  QueuedEvent: "queued",
  ClaimedEvent: "claimed",
  StartedEvent: "started",
  BatchesEvent: "batches",
  Epoch: "epoch",
  CheckpointEvent: "checkpoint",
  CheckpointRemovedEvent: "checkpointRemoved",
  CheckpointNamedEvent: "checkpointNamed",
  PauseRequestedEvent: "pauseRequested",
  PausedEvent: "paused",
  ResumeRequestedEvent: "resumeRequested",
  CancelRequestedEvent: "cancelRequested",
  CancelledEvent: "cancelled",
  CompletedEvent: "completed",
  FailedEvent: "failed",
  InterruptedEvent: "interrupted",
  RenamedEvent: "renamed",
  TaggedEvent: "tagged",
  NotedEvent: "noted",
  SystemEvent: "system",
  LogEvent: "log",
};

/**
 * Maps one event: most keep their fields, some have another name or spelling in the API.
 *
 * @returns undefined for an event of a type that only a newer server knows
 */
export function readEvent(item: EventItem): RunEvent | undefined {
  const { seq, runId, at, __typename } = item;
  const head = { seq, runId, at };
  switch (__typename) {
    case "CheckpointEvent": {
      const { reason, ...checkpoint } = item.checkpoint;
      return { ...head, ...checkpoint, type: "checkpoint", reason: lowerCase(reason) };
    }
    case "CheckpointNamedEvent":
      return { ...head, type: "checkpointNamed", file: item.file, name: item.checkpointName };
    case "PausedEvent":
      return { ...head, type: "paused", reason: item.problem };
    case "LogEvent":
      return { ...head, type: "log", level: lowerCase(item.level), message: item.message };
    default: {
      const type: RunEventType | undefined = TYPES[__typename];
      // The operation selects every other field under the log's own name.
      return type && { ...item, type } as RunEvent;
    }
  }
}

function lowerCase<Text extends string>(text: Text): Lowercase<Text> {
  return text.toLowerCase() as Lowercase<Text>;
}
