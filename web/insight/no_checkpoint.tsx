/** Explains why a run cannot be evaluated yet. */
import { isFinished } from "../../runs/log/state.ts";
import type { RunItem } from "../training/operations.ts";

/** A note that the run has no checkpoint, or none yet. */
export function NoCheckpoint({ run }: { readonly run: RunItem }) {
  return (
    <p role="status">
      <strong>This run has no checkpoint{isFinished(run.state) ? "." : " yet."}</strong>{" "}
      {isFinished(run.state)
        ? "It ended before its first checkpoint."
        : "The first one comes when an epoch ends, or when the run is paused; the answer comes with it."}
    </p>
  );
}
