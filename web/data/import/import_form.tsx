/// <reference lib="dom" />
/** The settings of an import: the dataset's name, and how its images are brought to one form. */
import { type ReactNode, useId } from "react";
import { isTable, nameOf } from "./read_import_form.ts";

interface ImportFieldsProps {
  readonly fileName: string;
}

export function ImportFields({ fileName }: ImportFieldsProps) {
  return (
    <div className="import-fields">
      <Field label="Name">
        {(id) => (
          <input id={id} name="name" className="field-input" defaultValue={nameOf(fileName)} />
        )}
      </Field>
      {isTable(fileName)
        ? (
          <Field label="Column of the labels">
            {(id) => <input id={id} name="label" className="field-input" placeholder="found out" />}
          </Field>
        )
        : <ImageFields />}
      <Field label="Kept for testing, %">
        {(id) => (
          <input
            id={id}
            name="testShare"
            className="field-input"
            inputMode="decimal"
            defaultValue="20"
          />
        )}
      </Field>
    </div>
  );
}

function ImageFields() {
  return (
    <>
      <Field label="Width">
        {(id) => (
          <input
            id={id}
            name="width"
            className="field-input"
            inputMode="numeric"
            defaultValue="32"
          />
        )}
      </Field>
      <Field label="Height">
        {(id) => (
          <input
            id={id}
            name="height"
            className="field-input"
            inputMode="numeric"
            defaultValue="32"
          />
        )}
      </Field>
      <Field label="Colour">
        {(id) => (
          <select id={id} name="color" className="field-input">
            <option value="RGB">RGB</option>
            <option value="GREY">Grey</option>
          </select>
        )}
      </Field>
      <Field label="Fit">
        {(id) => (
          <select id={id} name="fit" className="field-input">
            <option value="COVER">Cut edges off</option>
            <option value="CONTAIN">Add black bars</option>
            <option value="STRETCH">Stretch</option>
          </select>
        )}
      </Field>
    </>
  );
}

interface FieldProps {
  readonly label: string;
  children(id: string): ReactNode;
}

function Field({ label, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
