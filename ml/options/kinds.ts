/** Registries of kinds: each kind has options, and its values are tagged with it. */
import {
  type Branch,
  type BranchesOption,
  type ClassWeightsOption,
  defaultOf,
  type LayersOption,
  type NumbersOption,
  type Option,
  type Options,
  type OptionValue,
  type OptionValues,
  type Sizes,
  type SizesOption,
} from "./option.ts";

/** The fields of a definition that parsing needs. */
export interface KindDefinition {
  /** A sentence on it, for the API. */
  readonly description: string;
  readonly options: Options;
}

/** A registry of kinds. */
export type Kinds = Readonly<Record<string, KindDefinition>>;

/** The stored form of a kind: { kind: "conv2d", outChannels: 32, … }. */
export type ValueOfKind<Kind extends string, Definition extends KindDefinition> =
  & { readonly kind: Kind }
  & OptionValues<Definition["options"]>;

/** The stored form of a value of a registry: a union over its kinds. */
export type ValueOf<R extends Kinds> = {
  readonly [Kind in keyof R & string]: ValueOfKind<Kind, R[Kind]>;
}[keyof R & string];

/** The form in which clients write an option's value. */
type OptionInput<O extends Option> = O extends SizesOption ? number | readonly number[]
  : O extends NumbersOption ? readonly number[]
  : O extends LayersOption ? readonly KindInput[]
  : O extends BranchesOption
    ? readonly { readonly name?: string; readonly layers: readonly KindInput[] }[]
  : O extends ClassWeightsOption
    ? { readonly balanced: true } | { readonly values: readonly number[] }
  : Exclude<OptionValue<O>, null>;

type Defaulted<O extends Options> = {
  [Name in keyof O]: O[Name] extends { readonly default: unknown } ? Name : never;
}[keyof O];

/** The form in which clients write options: those with a default may be left out. */
export type OptionsInput<O extends Options> =
  & { readonly [Name in Exclude<keyof O, Defaulted<O>>]: OptionInput<O[Name]> }
  & { readonly [Name in Defaulted<O>]?: OptionInput<O[Name]> };

/** The form in which clients write a value of a registry, of known types: one of { conv2d: … }, { relu: … }, … */
export type InputOf<R extends Kinds> = {
  readonly [Kind in keyof R & string]: {
    readonly [Only in Kind]: OptionsInput<R[Kind]["options"]>;
  };
}[keyof R & string];

/** The form in which clients write a value of any registry: { conv2d: { outChannels: 32, … } }. */
export type KindInput = { readonly [kind: string]: object };

/** A value of which only the kind is known. */
interface Stored {
  readonly kind: string;
  readonly [option: string]: unknown;
}

/** Ways to write a value. */
interface InputStyle {
  /** Leaves out what is the default, and writes equal sizes as one. */
  readonly brief?: boolean;
}

/**
 * Converts a stored value to the form in which clients write it, complete with its defaults unless it is to be brief.
 */
export function toInput(
  kinds: Kinds,
  value: { readonly kind: string },
  style: InputStyle = {},
): KindInput {
  const { kind, ...values } = value as Stored;
  const options = kinds[kind]?.options ?? {};
  const isWritten = ([name, given]: readonly [string, unknown]) => {
    const { [name]: option } = options;
    const isDefault = option && JSON.stringify(given) === JSON.stringify(defaultOf(option));
    return given !== null && !(style.brief && isDefault);
  };
  const input = Object.entries(values).filter(isWritten).map((
    [name, given],
  ) => [name, optionToInput(options[name], given, kinds, style)]);
  return { [kind]: Object.fromEntries(input) };
}

function optionToInput(
  option: Option | undefined,
  value: unknown,
  kinds: Kinds,
  style: InputStyle,
): unknown {
  switch (option?.type) {
    case "sizes": {
      const [height, width] = value as Sizes;
      return style.brief && height === width ? height : value;
    }
    case "layers":
      return (value as readonly Stored[]).map((layer) => toInput(kinds, layer, style));
    case "branches":
      return (value as readonly Branch[]).map(({ name, layers }) => ({
        ...(name === null ? {} : { name }),
        layers: layers.map((layer) => toInput(kinds, layer, style)),
      }));
    case "classWeights": {
      const { kind, values } = value as Stored;
      return kind === "balanced" ? { balanced: true } : { values };
    }
    default:
      return value;
  }
}
