/// <reference lib="dom" />
/** A run's events, line by line. They are followed only while the log is open. */
import { type ReactNode, useEffect, useState } from "react";
import { follow } from "../../api/follow.ts";
import { errorText } from "../../parts/error_text.ts";
import { isRunOver } from "./follow_epochs.ts";
import { LogLine, toneOf } from "./log_line.tsx";
import { EVENTS_FEED, type RunEventItem, type RunItem } from "../operations.ts";
import { useResumptions } from "./use_resumptions.ts";

/** The log of a run, in a part that opens. */
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
        if (isShown(event)) setEvents((before) => [...before, event]);
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
      {events.map(({ seq, at, text, level }) => (
        <LogLine key={seq} at={at} tone={toneOf(level)}>{text}</LogLine>
      ))}
    </ol>
  );
}

/** Reports whether an event has a line. Pruning of older checkpoints needs none. */
function isShown({ __typename, level }: RunEventItem): boolean {
  return __typename !== "CheckpointRemovedEvent" || level !== "INFO";
}
