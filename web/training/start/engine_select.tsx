/** The engine to train with. */
import { useId } from "react";
import { type EngineName, ENGINES } from "../../../ml/spec/spec.ts";
import { useFieldTexts } from "./again/field_texts.ts";

const TEXTS: { readonly [name in EngineName]: string } = {
  AUTO: "Auto (by the device)",
  NATIVE: "Native, for CPUs",
  TENSORFLOW: "TensorFlow",
};

export function EngineSelect({ error }: { readonly error: string | undefined }) {
  const { engine: initial = "AUTO" } = useFieldTexts();
  const id = useId();
  const errorId = useId();
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>Engine</label>
      <select
        id={id}
        name="engine"
        className="field-input"
        defaultValue={initial}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorId}
      >
        {ENGINES.map((name) => <option key={name} value={name}>{TEXTS[name]}</option>)}
      </select>
      {error !== undefined && <span className="field-error" id={errorId}>{error}</span>}
    </div>
  );
}
