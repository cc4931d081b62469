/// <reference lib="dom" />
/** The select of a kind, and the fields of its options. */
import { defaultOf, type Option, type Options } from "../../../ml/options/option.ts";
import { SelectField } from "../../parts/select_field.tsx";
import { TextField } from "../../parts/text_field.tsx";
import type { FieldErrors } from "./field_names.ts";

interface KindSelectProps {
  readonly name: string;
  readonly label: string;
  readonly fallback: string;
  readonly kinds: readonly (readonly [kind: string, description: string, name?: string])[];
  readonly error: string | undefined;
  /** The kind that it begins with. */
  readonly initial: string | undefined;
  onChoose(kind: string): void;
}

/** A select of the kinds of a part, the default first. */
export function KindSelect(
  { name, label, fallback, kinds, error, initial, onChoose }: KindSelectProps,
) {
  return (
    <SelectField
      name={name}
      label={label}
      error={error}
      defaultValue={initial}
      onChange={({ target }) => onChoose(target.value)}
    >
      <option value="">{fallback}</option>
      {kinds.map(([kind, description, name = kind]) => (
        <option key={kind} value={kind} title={description}>{name}</option>
      ))}
    </SelectField>
  );
}

interface OptionFieldsProps {
  /** Returns the name of an option's field. */
  fieldOf(option: string): string;
  readonly options: Options;
  readonly errors: FieldErrors;
  /** Returns the text that an option's field begins with. */
  initialOf(option: string): string | undefined;
}

/** A field for each option of a kind. */
export function OptionFields({ fieldOf, options, errors, initialOf }: OptionFieldsProps) {
  return Object.entries(options).map(([name, option]) => {
    const field = fieldOf(name);
    const values = valuesOf(option);
    return values === undefined
      ? (
        <TextField
          key={name}
          name={field}
          label={name}
          placeholder={placeholderOf(option)}
          error={errors[field]}
          initial={initialOf(name)}
          {...(option.type === "integer" ? { keys: "numeric" } : {})}
          {...(option.type === "number" ? { keys: "decimal" } : {})}
        />
      )
      : (
        <KindSelect
          key={name}
          name={field}
          label={name}
          fallback={placeholderOf(option)}
          kinds={values.map((value) => [value, option.description])}
          error={errors[field]}
          initial={initialOf(name)}
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
  if (fallback === null) return (option.type === "name" && option.otherwise) || "none";
  return typeof fallback === "number" ? String(Number(fallback.toPrecision(6))) : String(fallback);
}
