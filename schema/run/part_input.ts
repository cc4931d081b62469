/** Input types of the parts of a training that have options: input OptimizerInput, input WarmupInput and so on. */
import { type Part, partDefinition, PARTS } from "../../ml/spec/parts.ts";
import {
  defineKinds,
  defineOptions,
  type FieldBuilder,
  hasInput,
  type InputField,
  optionField,
} from "../network/option_input.ts";

/** Makes the field of a part in StartTrainingInput. */
type MakeField = (t: FieldBuilder) => InputField;

const FIELDS: ReadonlyMap<Part, MakeField> = new Map(
  PARTS.filter(isExpressible).map((part) => [part, defineField(part)]),
);

/** Returns the fields of all parts. */
export function partFields(t: FieldBuilder): Readonly<Record<string, InputField>> {
  return Object.fromEntries([...FIELDS].map(([part, make]) => [part, make(t)]));
}

function isExpressible(part: Part): boolean {
  const definition = partDefinition(part);
  return !("kinds" in definition) || hasInput(definition.kinds);
}

function defineField(part: Part): MakeField {
  const definition = partDefinition(part);
  const name = `${part.charAt(0).toUpperCase()}${part.slice(1)}Input`;
  switch (definition.form) {
    case "kind": {
      const { kinds, noun, description } = definition;
      const type = defineKinds(name, `Kind of ${noun}: one of these.`, kinds);
      return (t) => t.field({ type, description });
    }
    case "list": {
      const { kinds, noun, description } = definition;
      const type = defineKinds(name, `Kind of ${noun}: one of these.`, kinds);
      return (t) => t.field({ type: [type], description });
    }
    case "options": {
      const { options, description } = definition;
      const type = defineOptions(name, `Options of ${part}.`, options);
      return (t) => t.field({ type, description });
    }
    case "value":
      return (t) => optionField(t, [[part, definition.option]]);
    default:
      return definition satisfies never;
  }
}
