/// <reference lib="dom" />
/** Continues a completed run: a button, and a dialog for the new number of epochs. */
import { type FormEvent, useState } from "react";
import { SPEC_FIELDS } from "../../../ml/spec/fields.ts";
import { request } from "../../api/request.ts";
import { useProblem } from "../../api/use_problem.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { errorText } from "../../parts/error_text.ts";
import { RESUME_TRAINING, type RunItem } from "../operations.ts";
import { TextField } from "../../parts/text_field.tsx";

interface MoreEpochsProps {
  readonly run: RunItem;
  onChanged(run: RunItem): void;
}

/** A button that opens a dialog for the number of epochs. */
export function MoreEpochs({ run, onChanged }: MoreEpochsProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>More epochs</button>
      {asking && (
        <MoreEpochsDialog
          run={run}
          onChanged={onChanged}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function MoreEpochsDialog(
  { run, onChanged, onClose }: MoreEpochsProps & { onClose(): void },
) {
  const { epochs } = run.progress;
  const doubled = Math.min(2 * epochs, SPEC_FIELDS.epochs.rule.max);
  const [error, setError] = useProblem();

  const resume = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const written = String(new FormData(event.currentTarget).get("epochs") ?? "").trim();
    const wanted = written === "" ? doubled : Number(written);
    if (!Number.isInteger(wanted)) {
      return setError(`Cannot resume with epochs '${written}': epochs must be a whole number.`);
    }
    try {
      const { resumeTraining } = await request(RESUME_TRAINING, { runId: run.id, epochs: wanted });
      onChanged(resumeTraining.run);
      onClose();
    } catch (problem) {
      setError(errorText(problem));
    }
  };

  return (
    <Dialog title="Resume with more epochs" onClose={onClose}>
      <form className="more-epochs" noValidate onSubmit={resume}>
        <p>
          <strong>{run.name}</strong> has trained its {epochs} {epochs === 1 ? "epoch" : "epochs"}
          {" "}
          and continues from there, with the same result as asking for more at the start.
        </p>
        <TextField
          name="epochs"
          label="Total epochs"
          keys="numeric"
          placeholder={doubled}
          error={error}
        />
        <div className="buttons">
          <button type="submit" className="button button-primary">Resume</button>
          <button type="button" className="button" onClick={onClose}>Cancel</button>
        </div>
      </form>
    </Dialog>
  );
}
