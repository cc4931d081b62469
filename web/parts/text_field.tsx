/** A labelled field that may be left empty; its placeholder shows the default. */
import { useId } from "react";

interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder: number | string;
  /** The problem with its value. */
  readonly error: string | undefined;
  /** The text that it begins with. */
  readonly initial?: string | undefined;
  /** The layout of a touch keyboard. */
  readonly keys?: "numeric" | "decimal";
}

// Not type=number: there the browser turns a slip such as 1O into an empty field, which means the
// default.
/** A text input with its label, and its problem below. */
export function TextField({ name, label, placeholder, error, initial, keys }: TextFieldProps) {
  const id = useId();
  const errorId = useId();
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field-input"
        name={name}
        placeholder={String(placeholder)}
        defaultValue={initial}
        inputMode={keys}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorId}
      />
      {error !== undefined && <span className="field-error" id={errorId}>{error}</span>}
    </div>
  );
}
