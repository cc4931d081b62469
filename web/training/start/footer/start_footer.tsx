/** The foot of the form, which stays in sight: what is started, what keeps it from starting, and the button. */
import type { StartErrors } from "../field_errors.ts";

interface StartFooterProps {
  /** A line about what is started. */
  readonly facts: string;
  /** The number of trainings that the button starts. */
  readonly trainings: number;
  readonly starting: boolean;
  readonly errors: StartErrors;
}

/** The footer of the form with its button. */
export function StartFooter({ facts, trainings, starting, errors }: StartFooterProps) {
  const wrong = Object.keys(errors.fields).length;
  return (
    <div className="start-foot">
      <div>
        {errors.other && <p className="panel-error" role="alert">{errors.other}</p>}
        {wrong > 0 && (
          <p className="field-error" role="status">
            {`Not started: ${wrong === 1 ? "1 field is" : `${wrong} fields are`} wrong.`}
          </p>
        )}
        <p className="panel-note">{facts}</p>
      </div>
      <button type="submit" className="button button-primary start-button" disabled={starting}>
        {starting
          ? "Starting…"
          : trainings === 1
          ? "Start training"
          : `Start ${trainings} trainings`}
      </button>
    </div>
  );
}
