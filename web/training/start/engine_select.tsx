/** The engine to train with. */
import { type EngineName, ENGINES } from "../../../ml/spec/spec.ts";
import { SelectField } from "../../parts/select_field.tsx";
import { useFieldTexts } from "./initial/field_texts.ts";

const TEXTS: { readonly [name in EngineName]: string } = {
  AUTO: "Auto (by the device)",
  NATIVE: "Native, for CPUs",
  TENSORFLOW: "TensorFlow",
};

/** A select of the engines. */
export function EngineSelect({ error }: { readonly error: string | undefined }) {
  const { engine: initial = "AUTO" } = useFieldTexts();
  return (
    <SelectField name="engine" label="Engine" error={error} defaultValue={initial}>
      {ENGINES.map((name) => <option key={name} value={name}>{TEXTS[name]}</option>)}
    </SelectField>
  );
}
