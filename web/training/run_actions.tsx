/** What can be done with a run in its state. */
import { useState } from "react";
import { request } from "../api/request.ts";
import { Dialog } from "../parts/dialog.tsx";
import { messageOf } from "../parts/message_of.ts";
import { CANCEL_TRAINING, DELETE_RUN, type RunItem } from "./operations.ts";

interface RunActionsProps {
  readonly run: RunItem;
  onChanged(run: RunItem): void;
  onDeleted(id: string): void;
  /** Told what the API refused, and undefined when something else is tried. */
  onProblem(message: string | undefined): void;
}

export function RunActions(props: RunActionsProps) {
  switch (props.run.state) {
    case "QUEUED":
    case "RUNNING":
    case "PAUSING":
    case "PAUSED":
    case "INTERRUPTED":
      return <CancelButton {...props} />;
    case "CANCELLING":
      return <button type="button" className="button" disabled>Cancelling…</button>;
    case "CANCELLED":
    case "COMPLETED":
    case "FAILED":
      return <DeleteButton {...props} />;
    default:
      return props.run.state satisfies never;
  }
}

function CancelButton({ run, onChanged, onProblem }: RunActionsProps) {
  const cancel = async () => {
    onProblem(undefined);
    try {
      const { cancelTraining } = await request(CANCEL_TRAINING, { runId: run.id });
      onChanged(cancelTraining.run);
    } catch (problem) {
      onProblem(messageOf(problem));
    }
  };
  return <button type="button" className="button" onClick={cancel}>Cancel</button>;
}

function DeleteButton({ run, onDeleted, onProblem }: RunActionsProps) {
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    setAsking(false);
    onProblem(undefined);
    try {
      await request(DELETE_RUN, { runId: run.id });
      onDeleted(run.id);
    } catch (problem) {
      onProblem(messageOf(problem));
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>Delete</button>
      {asking && (
        <Dialog title="Delete this run?" onClose={() => setAsking(false)}>
          <p>
            <strong>{run.name}</strong>{" "}
            and everything in its log will be gone. There is no way back.
          </p>
          <div className="buttons">
            <button type="button" className="button button-danger" onClick={remove}>
              Delete the run
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
