/// <reference lib="dom" />
/** A run's events, line by line. They are followed only while the log is open. */
import { type ReactNode, useEffect, useState } from "react";
import { follow } from "../../api/follow.ts";
import { count, size } from "../../parts/format.ts";
import { errorText } from "../../parts/error_text.ts";
import { isRunOver } from "./follow_epochs.ts";
import { LogLine, type Tone, toneOf } from "./log_line.tsx";
import { EVENTS_FEED, type RunEventItem, type RunItem } from "../operations.ts";
import { useResumptions } from "./use_resumptions.ts";

/** A line of the log and its severity. */
interface Line {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

export function RunLog({ run }: { readonly run: RunItem }) {
  const [open, setOpen] = useState(false);
  const resumptions = useResumptions([run]);
  return (
    <details
      className="run-part"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Log</summary>
      {open && <LogLines key={resumptions} runId={run.id} />}
    </details>
  );
}

function LogLines({ runId }: { readonly runId: string }): ReactNode {
  const [events, setEvents] = useState<readonly RunEventItem[]>([]);
  const [error, setError] = useState<string>();

  useEffect(() => {
    const abort = new AbortController();
    let afterSeq = 0;
    follow(EVENTS_FEED, {
      variables: () => ({ runId, afterSeq }),
      next({ runEvents: event }) {
        afterSeq = event.seq;
        if (lineOf(event)) setEvents((before) => [...before, event]);
      },
      isOver: () => isRunOver(runId, abort.signal),
    }, abort.signal).catch((problem) => {
      if (!abort.signal.aborted) setError(errorText(problem));
    });
    return () => abort.abort();
  }, [runId]);

  if (error) return <p className="panel-error" role="alert">{error}</p>;
  return (
    <ol className="log-lines" tabIndex={0} aria-label="Log lines">
      {events.map((event) => {
        const line = lineOf(event);
        return line && (
          <LogLine key={event.seq} at={event.at} tone={line.tone}>{line.text}</LogLine>
        );
      })}
    </ol>
  );
}

/** @returns undefined for events that need no line */
function lineOf(event: RunEventItem): Line | undefined {
  switch (event.__typename) {
    case "QueuedEvent":
      return { text: "Queued." };
    case "ClaimedEvent":
      return {
        text: `Taken by the worker ${event.worker}` +
          (event.attempt > 1 ? `, attempt ${event.attempt}.` : "."),
      };
    case "StartedEvent":
      return { text: `Started on ${event.device} with ${event.engine}.` };
    case "CheckpointEvent": {
      const { step, bytes } = event.checkpoint;
      return { text: `Checkpoint after step ${count(step)} (${size(bytes)}).` };
    }
    case "CheckpointNamedEvent":
      return {
        text: event.checkpointName === null
          ? `The name of the checkpoint ${event.file} was taken off.`
          : `The checkpoint ${event.file} is called '${event.checkpointName}' and kept.`,
      };
    case "CheckpointRemovedEvent":
      // Pruning of older checkpoints needs no line.
      return event.unusable
        ? { text: `The checkpoint ${event.file} was missing or damaged.`, tone: "warning" }
        : undefined;
    case "PauseRequestedEvent":
      return { text: "Asked to pause." };
    case "PausedEvent":
      return event.problem === null
        ? { text: "Paused." }
        : { text: `Paused: ${event.problem}`, tone: "warning" };
    case "ResumeRequestedEvent":
      return {
        text: event.epochs === null
          ? "Resumed."
          : `Resumed, to ${count(event.epochs)} epochs in all.`,
      };
    case "CancelRequestedEvent":
      return { text: "Asked to end." };
    case "CancelledEvent":
      return { text: "Cancelled." };
    case "CompletedEvent":
      return { text: "Completed." };
    case "FailedEvent":
      return { text: `Failed: ${event.error}`, tone: "error" };
    case "InterruptedEvent":
      return { text: `Interrupted: ${event.reason}`, tone: "warning" };
    case "RenamedEvent":
      return { text: `Renamed to '${event.name}'.` };
    case "TaggedEvent":
      return {
        text: event.tags.length === 0 ? "Tags taken off." : `Tagged ${event.tags.join(", ")}.`,
      };
    case "NotedEvent":
      return { text: event.note === null ? "Note taken off." : "A note was written." };
    case "LogEvent":
      return { text: event.message, tone: toneOf(event.level) };
    default:
      return undefined; // Event types of newer servers.
  }
}
