/// <reference lib="dom" />
/** The fields of a training's parts: the kind of each, and the options of the chosen kind. All of it follows from the tables. */
import { type ReactNode, useId, useState } from "react";
import { defaultOf, type Option, type Options } from "../../../ml/options/option.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";
import { TextField } from "../../parts/text_field.tsx";
import { type FieldErrors, optionField } from "./field_names.ts";

/** Labels of the parts. */
const LABELS: Readonly<Record<Part, string>> = {
  optimizer: "Optimizer",
  schedule: "Learning rate schedule",
  warmup: "Warm-up",
  loss: "Loss",
  normalization: "Normalization",
  gradientClipNorm: "Gradient clipping",
  validationShare: "Validation share",
  earlyStopping: "Early stopping",
  augmentation: "Augmentation",
};

interface PartFieldsProps {
  readonly errors: FieldErrors;
  /** The default of a part in words. */
  defaultOf(part: Part): string;
}

export function PartFields({ errors, defaultOf }: PartFieldsProps) {
  return PARTS.map((part) => (
    <PartField key={part} part={part} fallback={defaultOf(part)} errors={errors} />
  ));
}

interface PartFieldProps {
  readonly part: Part;
  readonly fallback: string;
  readonly errors: FieldErrors;
}

function PartField({ part, fallback, errors }: PartFieldProps) {
  const [kind, setKind] = useState("");
  const definition = partDefinition(part);
  switch (definition.form) {
    case "value":
      return (
        <TextField
          name={part}
          label={LABELS[part]}
          placeholder={fallback}
          error={errors[part]}
          keys="decimal"
        />
      );
    case "list":
      return null;
    case "options":
      return (
        <PartBox isOpen={kind !== ""}>
          <KindSelect
            name={optionField(part, "kind")}
            label={LABELS[part]}
            fallback={fallback}
            kinds={[["on", "on"]]}
            error={errors[optionField(part, "kind")]}
            onChoose={setKind}
          />
          {kind !== "" && <OptionFields part={part} options={definition.options} errors={errors} />}
        </PartBox>
      );
    case "kind": {
      const { [kind]: chosen } = definition.kinds;
      return (
        <PartBox isOpen={chosen !== undefined}>
          <KindSelect
            name={optionField(part, "kind")}
            label={LABELS[part]}
            fallback={fallback}
            kinds={Object.entries(definition.kinds).map(([name, { description }]) => [
              name,
              description,
            ])}
            error={errors[optionField(part, "kind")]}
            onChoose={setKind}
          />
          {chosen && <OptionFields part={part} options={chosen.options} errors={errors} />}
        </PartBox>
      );
    }
    default:
      return definition satisfies never;
  }
}

/** A part's select, beside the others; with the options of the chosen kind a box of its own. */
function PartBox({ isOpen, children }: { readonly isOpen: boolean; children: ReactNode }) {
  return <div className={isOpen ? "start-part start-fields" : "start-part"}>{children}</div>;
}

interface KindSelectProps {
  readonly name: string;
  readonly label: string;
  readonly fallback: string;
  readonly kinds: readonly (readonly [kind: string, description: string])[];
  readonly error: string | undefined;
  onChoose(kind: string): void;
}

function KindSelect({ name, label, fallback, kinds, error, onChoose }: KindSelectProps) {
  const errorId = useId();
  return (
    <div className="field">
      <label className="field">
        <span className="field-name">{label}</span>
        <select
          name={name}
          className="field-input"
          onChange={({ target }) => onChoose(target.value)}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : errorId}
        >
          <option value="">{fallback}</option>
          {kinds.map(([kind, description]) => (
            <option key={kind} value={kind} title={description}>{kind}</option>
          ))}
        </select>
      </label>
      {error !== undefined && <span className="field-error" id={errorId}>{error}</span>}
    </div>
  );
}

interface OptionFieldsProps {
  readonly part: Part;
  readonly options: Options;
  readonly errors: FieldErrors;
}

function OptionFields({ part, options, errors }: OptionFieldsProps) {
  return Object.entries(options).map(([name, option]) => {
    const field = optionField(part, name);
    const values = valuesOf(option);
    return values === undefined
      ? (
        <TextField
          key={field}
          name={field}
          label={name}
          placeholder={placeholderOf(option)}
          error={errors[field]}
          {...(option.type === "integer" ? { keys: "numeric" } : {})}
          {...(option.type === "number" ? { keys: "decimal" } : {})}
        />
      )
      : (
        <KindSelect
          key={field}
          name={field}
          label={name}
          fallback={placeholderOf(option)}
          kinds={values.map((value) => [value, option.description])}
          error={errors[field]}
          onChoose={() => {}}
        />
      );
  });
}

/** Returns the values of an option that has a few; undefined for others. */
function valuesOf(option: Option): readonly string[] | undefined {
  switch (option.type) {
    case "flag":
      return ["true", "false"];
    case "name":
      return option.names;
    default:
      return undefined;
  }
}

/** Shows an option's default, or that it is required. */
function placeholderOf(option: Option): string {
  const fallback = defaultOf(option);
  if (fallback === undefined) return "required";
  if (fallback === null) return "none";
  return typeof fallback === "number" ? String(Number(fallback.toPrecision(6))) : String(fallback);
}
