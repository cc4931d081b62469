/// <reference lib="dom" />
/**
 * The fields of a training's parts: the kind of each, and the options of the chosen kind. All of it follows from the
 * tables.
 */
import { type ReactNode, useState } from "react";
import type { Options } from "../../../ml/options/option.ts";
import { type Part, partDefinition, PARTS } from "../../../ml/spec/parts.ts";
import { TextField } from "../../parts/text_field.tsx";
import { nameOfKind } from "../../../ml/spec/words/part_text.ts";
import { useFieldTexts } from "./initial/field_texts.ts";
import { type FieldErrors, optionField } from "./field_names.ts";
import { ListFields } from "./list_fields.tsx";
import { KindSelect, OptionFields } from "./option_fields.tsx";

interface PartFieldsProps {
  readonly errors: FieldErrors;
  /** The default of a part in words. */
  defaultOf(part: Part): string;
  /** Called when a list has got or lost an entry. */
  onListChange(): void;
}

/** The fields of all parts. */
export function PartFields({ errors, defaultOf, onListChange }: PartFieldsProps) {
  return PARTS.map((part) => (
    <PartField
      key={part}
      part={part}
      fallback={defaultOf(part)}
      errors={errors}
      onListChange={onListChange}
    />
  ));
}

interface PartFieldProps {
  readonly part: Part;
  readonly fallback: string;
  readonly errors: FieldErrors;
  onListChange(): void;
}

function PartField({ part, fallback, errors, onListChange }: PartFieldProps) {
  const texts = useFieldTexts();
  const firstKind = texts[optionField(part, "kind")] ?? "";
  const [kind, setKind] = useState(firstKind);
  // Options of another kind begin empty.
  const initialOf = (option: string) =>
    kind === firstKind ? texts[optionField(part, option)] : undefined;
  const definition = partDefinition(part);
  const fieldsOf = (options: Options) => (
    <OptionFields
      key={kind}
      fieldOf={(option) => optionField(part, option)}
      options={options}
      errors={errors}
      initialOf={initialOf}
    />
  );
  switch (definition.form) {
    case "value":
      return (
        <TextField
          name={part}
          label={definition.label}
          placeholder={fallback}
          error={errors[part]}
          initial={texts[part]}
          keys="decimal"
        />
      );
    case "list":
      return (
        <ListFields
          part={part}
          label={definition.label}
          fallback={fallback}
          kinds={definition.kinds}
          errors={errors}
          onChange={onListChange}
        />
      );
    case "options":
      return (
        <PartBox isOpen={kind !== ""}>
          <KindSelect
            name={optionField(part, "kind")}
            label={definition.label}
            fallback={fallback}
            kinds={[["on", "on"]]}
            error={errors[optionField(part, "kind")]}
            initial={firstKind}
            onChoose={setKind}
          />
          {kind !== "" && fieldsOf(definition.options)}
        </PartBox>
      );
    case "kind": {
      const { [kind]: chosen } = definition.kinds;
      return (
        <PartBox isOpen={chosen !== undefined}>
          <KindSelect
            name={optionField(part, "kind")}
            label={definition.label}
            fallback={fallback}
            kinds={Object.entries(definition.kinds).map(([name, kind]) => [
              name,
              kind.description,
              nameOfKind(name, kind),
            ])}
            error={errors[optionField(part, "kind")]}
            initial={firstKind}
            onChoose={setKind}
          />
          {chosen && fieldsOf(chosen.options)}
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
