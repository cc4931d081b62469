/** The actions that a run's state allows. */
import { useState } from "react";
import { request } from "../../api/request.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { errorText } from "../../parts/error_text.ts";
import { ChangeButton } from "./action_button.tsx";
import { MoreEpochs } from "./more_epochs.tsx";
import {
  CANCEL_TRAINING,
  DELETE_RUN,
  PAUSE_TRAINING,
  RESUME_TRAINING,
  type RunItem,
} from "../operations.ts";

interface RunActionsProps {
  readonly run: RunItem;
  onChanged(run: RunItem): void;
  onDeleted(id: string): void;
  /** Called with the API's reason for a refusal, and with undefined at the next attempt. */
  onProblem(message: string | undefined): void;
}

export function RunActions(props: RunActionsProps) {
  const pause = (
    <ChangeButton text="Pause" operation={PAUSE_TRAINING} field="pauseTraining" {...props} />
  );
  const resume = (
    <ChangeButton text="Resume" operation={RESUME_TRAINING} field="resumeTraining" {...props} />
  );
  const cancel = (
    <ChangeButton text="Cancel" operation={CANCEL_TRAINING} field="cancelTraining" {...props} />
  );
  switch (props.run.state) {
    case "QUEUED":
    case "RUNNING":
    case "INTERRUPTED":
      return <>{pause}{cancel}</>;
    case "PAUSING":
      return <>{<Waiting text="Pausing…" />}{cancel}</>;
    case "PAUSED":
      return <>{resume}{cancel}</>;
    case "CANCELLING":
      return <Waiting text="Cancelling…" />;
    case "COMPLETED":
      return (
        <>
          <MoreEpochs {...props} />
          <DeleteButton {...props} />
        </>
      );
    case "FAILED":
      return (
        <>
          {resume}
          <DeleteButton {...props} />
        </>
      );
    case "CANCELLED":
      return <DeleteButton {...props} />;
    default:
      return props.run.state satisfies never;
  }
}

/** Replaces a button while its action is carried out. */
function Waiting({ text }: { readonly text: string }) {
  return <button type="button" className="button" disabled>{text}</button>;
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
      onProblem(errorText(problem));
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>Delete</button>
      {asking && (
        <Dialog title="Delete this run?" onClose={() => setAsking(false)}>
          <p>
            <strong>{run.name}</strong>{" "}
            with its log and its checkpoints will be deleted. This cannot be undone.
          </p>
          <div className="buttons">
            <button type="button" className="button button-danger" onClick={remove}>
              Delete the run
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              Keep the run
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
