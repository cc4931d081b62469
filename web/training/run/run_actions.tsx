/** The actions that a run's state allows. */
import { count } from "../../../lib/format.ts";
import { isDivergence } from "../../../ml/training/diverged.ts";
import { request } from "../../api/request.ts";
import { AskButton } from "../../parts/ask_button.tsx";
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

/** Buttons that pause, resume, cancel, continue or delete a run. */
export function RunActions(props: RunActionsProps) {
  const pause = (
    <ChangeButton text="Pause" operation={PAUSE_TRAINING} field="pauseTraining" {...props} />
  );
  const resume = (
    <ChangeButton text="Resume" operation={RESUME_TRAINING} field="resumeTraining" {...props} />
  );
  const cancel = <CancelButton {...props} />;
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
          {!isDivergence(props.run.error) && resume}
          <DeleteButton {...props} />
        </>
      );
    case "CANCELLED":
      return (
        <>
          {resume}
          <DeleteButton {...props} />
        </>
      );
    default:
      return props.run.state satisfies never;
  }
}

/** Replaces a button while its action is carried out. */
function Waiting({ text }: { readonly text: string }) {
  return <button type="button" className="button" disabled>{text}</button>;
}

function DeleteButton({ run, onDeleted, onProblem }: RunActionsProps) {
  const remove = async () => {
    onProblem(undefined);
    try {
      await request(DELETE_RUN, { runId: run.id });
      onDeleted(run.id);
    } catch (problem) {
      onProblem(errorText(problem));
    }
  };
  return (
    <AskButton
      text="Delete"
      title="Delete this run?"
      question={
        <>
          <strong>{run.name}</strong>{" "}
          with its log and its checkpoints will be deleted. This cannot be undone.
        </>
      }
      yes="Delete the run"
      no="Keep the run"
      act={remove}
    />
  );
}

/** Cancels a run, after a question once it has trained something: what follows its last checkpoint is lost. */
function CancelButton({ run, onChanged, onProblem }: RunActionsProps) {
  const { step } = run.progress;
  const change = { run, onChanged, onProblem };
  if (step === 0) {
    return (
      <ChangeButton text="Cancel" operation={CANCEL_TRAINING} field="cancelTraining" {...change} />
    );
  }
  const cancel = async () => {
    onProblem(undefined);
    try {
      onChanged((await request(CANCEL_TRAINING, { runId: run.id })).cancelTraining.run);
    } catch (problem) {
      onProblem(errorText(problem));
    }
  };
  return (
    <AskButton
      text="Cancel"
      title="Cancel this training?"
      question={
        <>
          <strong>{run.name}</strong> has trained {count(step)}{" "}
          steps. A cancelled training can be resumed from its last checkpoint only; a pause saves
          one.
        </>
      }
      yes="Cancel the training"
      no="Keep training"
      act={cancel}
    />
  );
}
