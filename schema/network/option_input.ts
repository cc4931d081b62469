/** Input fields and input types from options that are data, in ml/options. */
import type { InputFieldMap, InputTypeParam } from "@pothos/core";
import type { KindDefinition, Kinds } from "../../ml/options/kinds.ts";
import { defaultOf, type Option, type Options } from "../../ml/options/option.ts";
import { rangeText } from "../../ml/options/parse.ts";
import { builder } from "../base/builder.ts";
import { nameEnum } from "./name_enum.ts";

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
export type FieldBuilder = PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">;
export type InputField = InputFieldMap[string];

/** The names of input types that are not the kind's own: kinds with the same options share a type. */
const SHARED_NAMES: Readonly<Record<string, string>> = {
  batchNorm1d: "BatchNormInput",
  batchNorm2d: "BatchNormInput",
  dropout2d: "DropoutInput",
  adamW: "AdamInput",
  horizontalFlip: "ChanceInput",
  verticalFlip: "ChanceInput",
};

/** A layer in a request: the types of layers refer to each other. */
export const LayerInput = builder.inputRef<object, false>("LayerInput");

/** Layers in their order. */
const SequenceInput = builder.inputRef<object, false>("SequenceInput");

let classWeights: ReturnType<typeof defineClassWeights> | undefined;

/** Defines the input type of weights of the classes. */
function defineClassWeights() {
  return builder.inputType("ClassWeightsInput", {
    description: "Weights of the classes in the loss.",
    isOneOf: true,
    fields: (t) => ({
      balanced: t.boolean({
        description: "True: each class has the same influence, whatever its number of samples.",
      }),
      values: t.floatList({
        description: "A weight for each class, in the order of the labels, 0 or more.",
      }),
    }),
  });
}

/** A kind that uses an input type. */
type NamedKind = readonly [kind: string, definition: KindDefinition];

/** A type that input fields may have. */
export type InputType = typeof LayerInput;

/**
 * Defines the input type of a registry, of which one member must be given, and the types of its kinds. Kinds without
 * options have no type of GraphQL and are left out.
 *
 * @param type the name, or a reference that other types have
 */
export function defineKinds(type: string | InputType, description: string, kinds: Kinds) {
  const types = kindTypes(kinds);
  return define(type, description, (t) =>
    Object.entries(kinds).flatMap(([kind, definition]) => {
      const type = types.get(typeName(kind, definition));
      return type ? [[kind, t.field({ type, description: definition.description })]] : [];
    }), true);
}

/** Defines the input type of an object with options. */
export function defineOptions(name: string, description: string, options: Options) {
  return define(name, description, (t) => optionFields(t, [[name, { description, options }]]));
}

function define(
  type: string | InputType,
  description: string,
  fields: (t: FieldBuilder) => readonly (readonly [string, InputField])[],
  isOneOf = false,
) {
  const ref = typeof type === "string" ? builder.inputRef<object, false>(type) : type;
  ref.implement({ description, isOneOf, fields: (t) => Object.fromEntries(fields(t)) });
  return ref;
}

/** Tells whether a registry has a kind that GraphQL can express: its input types must have a field. */
export function hasInput(kinds: Kinds): boolean {
  return Object.values(kinds).some(hasOptions);
}

function hasOptions({ options }: KindDefinition): boolean {
  return Object.keys(options).length > 0;
}

/** Defines the types of all kinds of a registry. */
function kindTypes(kinds: Kinds) {
  const sharing = Map.groupBy(
    Object.entries(kinds).filter(([, definition]) => hasOptions(definition)),
    ([kind, definition]) => typeName(kind, definition),
  );
  return new Map([...sharing].map(([name, members]) => [name, defineType(name, members)]));
}

function defineType(name: string, members: readonly NamedKind[]) {
  const description = name === NAMED
    ? "Layer without options but its name."
    : `Options of ${members.map(([kind]) => kind).join(" and ")}.`;
  const type = name === SequenceInput.name ? SequenceInput : name;
  return define(type, description, (t) => optionFields(t, members));
}

const NAMED = "NamedInput";

function typeName(kind: string, { options }: KindDefinition): string {
  if (Object.keys(options).join() === "name") return NAMED;
  return SHARED_NAMES[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Input`;
}

/** Builds the fields of the kinds that share a type. */
function optionFields(
  t: FieldBuilder,
  members: readonly NamedKind[],
): readonly (readonly [string, InputField])[] {
  const names = new Set(members.flatMap(([, { options }]) => Object.keys(options)));
  return [...names].map((name) => {
    const sharing = members.flatMap(([kind, { options }]) => {
      const option = options[name];
      return option ? [[kind, option] as const] : [];
    });
    return [name, optionField(t, sharing)];
  });
}

/**
 * Builds the field of an option.
 *
 * @param sharing the option as each kind that shares the field has it
 */
export function optionField(
  t: FieldBuilder,
  sharing: readonly (readonly [kind: string, option: Option])[],
): InputField {
  const [first] = sharing;
  if (!first) throw new TypeError("Cannot build a field: sharing must have an option, got none.");
  const [, option] = first;
  const defaults = sharing.map(([kind, each]) => [kind, writtenDefault(each)] as const);
  const fallback = writtenDefault(option);
  const isShared = defaults.every(([, value]) =>
    JSON.stringify(value) === JSON.stringify(fallback)
  );
  const others = isShared
    ? ""
    : ` Default: ${defaults.map(([kind, value]) => `${value} for ${kind}`).join(", ")}.`;
  return t.field({
    type: typeOf(option),
    description: describeOption(option) + others,
    required: fallback === undefined,
    ...(isShared && fallback !== undefined && fallback !== null ? { defaultValue: fallback } : {}),
  });
}

/** Returns the default in the form in which clients write it: equal sizes once. */
function writtenDefault(option: Option): unknown {
  const value = defaultOf(option);
  if (option.type !== "sizes" || !Array.isArray(value)) return value;
  return value[0] === value[1] ? [value[0]] : value;
}

function typeOf(option: Option): InputTypeParam<Types> {
  switch (option.type) {
    case "integer":
      return "Int";
    case "number":
      return "Float";
    case "flag":
      return "Boolean";
    case "text":
      return "String";
    case "sizes":
      return ["Int"];
    case "numbers":
      return [option.integers ? "Int" : "Float"];
    case "name":
      return nameEnum(option);
    case "layers":
      return [LayerInput];
    case "branches":
      return [SequenceInput];
    case "classWeights":
      // A schema has no types that nothing uses.
      return classWeights ??= defineClassWeights();
    default:
      return option satisfies never;
  }
}

/** Describes an option: 'Number of output channels, from 1 to 65536.' */
function describeOption(option: Option): string {
  const { description } = option;
  // The limits belong to the first clause.
  const end = description.search(/[.;] /);
  const start = end < 0 ? description : description.slice(0, end);
  const sentence = `${start}${limits(option)}${description.slice(start.length)}`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function limits(option: Option): string {
  switch (option.type) {
    case "integer":
    case "number":
      return `, ${rangeText(option)}`;
    case "sizes":
      return `: one number for both, or height and width, ${rangeText(option)}`;
    case "numbers":
      return `, each ${rangeText(option)}`;
    default:
      return "";
  }
}
