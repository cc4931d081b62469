/// <reference lib="dom" />
/** A labelled select with the problem of its value. */
import { type ComponentProps, useId } from "react";

interface SelectFieldProps extends ComponentProps<"select"> {
  readonly name: string;
  readonly label: string;
  /** The problem with its value. */
  readonly error: string | undefined;
}

/** A select with its label, and its problem below. */
export function SelectField({ label, error, children, ...select }: SelectFieldProps) {
  const id = useId();
  const errorId = useId();
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>{label}</label>
      <select
        id={id}
        className="field-input"
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorId}
        {...select}
      >
        {children}
      </select>
      {error !== undefined && <span className="field-error" id={errorId}>{error}</span>}
    </div>
  );
}
