/** Events as the API gives them, as the events that a log holds. */
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import type { EventItem } from "./operations.ts";

/** The type of each event that is told of, by its type in the API. */
const TYPES: Readonly<Record<string, RunEventType>> = {
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
} satisfies Readonly<Record<string, RunEventType>>;

/** @returns undefined for an event of a type that only a newer server knows */
export function readEvent(item: EventItem): RunEvent | undefined {
  const { __typename, ...fields } = item as EventItem & Readonly<Record<string, unknown>>;
  const type = TYPES[__typename];
  switch (type) {
    case undefined:
      return undefined;
    case "checkpoint": {
      const { checkpoint, ...rest } = fields as { checkpoint?: { readonly reason: string } };
      const reason = checkpoint?.reason.toLowerCase();
      return { ...rest, ...checkpoint, type, reason } as RunEvent;
    }
    case "checkpointNamed": {
      const { checkpointName, ...rest } = fields as { checkpointName?: string | null };
      return { ...rest, type, name: checkpointName ?? null } as RunEvent;
    }
    case "paused": {
      const { problem, ...rest } = fields as { problem?: string | null };
      return { ...rest, type, reason: problem ?? null } as RunEvent;
    }
    case "log":
      return { ...fields, type, level: String(fields.level).toLowerCase() } as RunEvent;
    default:
      return { ...fields, type } as RunEvent;
  }
}
