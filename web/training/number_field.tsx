/** A labelled number that may be left empty; what it then means stands in it as a placeholder. */

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly range: { readonly min: number; readonly max: number };
  readonly placeholder: number | string;
  /** 'any' allows fractions. */
  readonly step?: "any";
}

export function NumberField({ name, label, range, placeholder, step }: NumberFieldProps) {
  return (
    <label className="field">
      <span className="field-name">{label}</span>
      <input
        type="number"
        className="field-input"
        name={name}
        min={range.min}
        max={range.max}
        step={step ?? 1}
        placeholder={String(placeholder)}
        inputMode={step === "any" ? "decimal" : "numeric"}
        autoComplete="off"
      />
    </label>
  );
}
