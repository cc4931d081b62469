/**
 * Options of layers, optimizers, schedules and other parts, as data: they are checked, get their defaults, and become
 * GraphQL inputs, JSON and descriptions.
 */

/** The fields that all options share. */
interface OptionBase {
  /** The value as a noun phrase: 'number of output channels'. */
  readonly description: string;
}

/** A whole number. */
export interface IntegerOption extends OptionBase {
  readonly type: "integer";
  readonly min: number;
  readonly max: number;
  readonly default?: number | null;
}

/** A number between two limits, which belong to the range unless they are exclusive. */
export interface NumberOption extends OptionBase {
  readonly type: "number";
  readonly min: number;
  readonly max: number;
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
  readonly default?: number | null;
}

/** A yes or no. */
export interface FlagOption extends OptionBase {
  readonly type: "flag";
  readonly default?: boolean | null;
}

/** One or two whole numbers: a size of both axes, or [height, width]. Stored as both. */
export interface SizesOption extends OptionBase {
  readonly type: "sizes";
  readonly min: number;
  readonly max: number;
  readonly default?: Sizes | null;
}

/** A list of numbers. */
export interface NumbersOption extends OptionBase {
  readonly type: "numbers";
  readonly min: number;
  readonly max: number;
  readonly integers?: boolean;
  /** Each number must be above the one before it. */
  readonly ascending?: boolean;
  /** The number of numbers; any but none if absent. */
  readonly length?: number;
  readonly default?: readonly number[] | null;
}

/** A line of text. */
export interface TextOption extends OptionBase {
  readonly type: "text";
  readonly maxLength: number;
  readonly default?: string | null;
}

/** One of some names. */
export interface NameOption extends OptionBase {
  readonly type: "name";
  /** The name of the enum in GraphQL. */
  readonly enumName: string;
  readonly names: readonly string[];
  readonly default?: string | null;
  /** The choice that the default null leads to, in words. */
  readonly otherwise?: string;
}

/** A list of layers. */
export interface LayersOption extends OptionBase {
  readonly type: "layers";
  readonly default?: null;
}

/** A list of sequences of layers. */
export interface BranchesOption extends OptionBase {
  readonly type: "branches";
}

/** Weights of the classes: the same influence for each class, or a number for each. */
export interface ClassWeightsOption extends OptionBase {
  readonly type: "classWeights";
  readonly default: null;
}

/** An option. It is required unless it has a default; the default null stands for no value. */
export type Option =
  | IntegerOption
  | NumberOption
  | FlagOption
  | SizesOption
  | NumbersOption
  | TextOption
  | NameOption
  | LayersOption
  | BranchesOption
  | ClassWeightsOption;

/** The options of a part, by name. */
export type Options = Readonly<Record<string, Option>>;

/** Sizes along the height and the width. */
export type Sizes = readonly [height: number, width: number];

/** The fields that all parts of a network or a training share. */
export interface Tagged {
  readonly kind: string;
}

/** A sequence of layers with a name of its own. */
export interface Branch {
  readonly name: string | null;
  readonly layers: readonly Tagged[];
}

/** Weights of the classes. */
export type ClassWeights =
  /** Each class has the same influence, whatever its number of samples. */
  | { readonly kind: "balanced" }
  | { readonly kind: "values"; readonly values: readonly number[] };

/** The stored type of an option's value, without null. */
type Plain<O extends Option> = O extends IntegerOption | NumberOption ? number
  : O extends FlagOption ? boolean
  : O extends SizesOption ? Sizes
  : O extends NumbersOption ? readonly number[]
  : O extends TextOption ? string
  : O extends NameOption ? O["names"][number]
  : O extends LayersOption ? readonly Tagged[]
  : O extends BranchesOption ? readonly Branch[]
  : O extends ClassWeightsOption ? ClassWeights
  : never;

/** The stored type of an option's value. */
export type OptionValue<O extends Option> = O extends { readonly default: null } ? Plain<O> | null
  : Plain<O>;

/** The stored type of the values of options: complete, with defaults. */
export type OptionValues<O extends Options> = {
  readonly [Name in keyof O]: OptionValue<O[Name]>;
};

/** Returns an option's default; undefined if its value is required. */
export function defaultOf(option: Option): unknown {
  return "default" in option ? option.default : undefined;
}

/** Returns the defaults of options, by name. Required ones are left out. */
export function defaultsOf(options: Options): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(options).map(([name, option]) => [name, defaultOf(option)]);
  return Object.fromEntries(defaults.filter(([, value]) => value !== undefined));
}

/** The largest number of channels, features or samples of an option. */
const MAX_COUNT = 65_536;

type Settings<O extends Option> = Omit<O, "type" | "min" | "max"> & {
  readonly min?: number;
  readonly max?: number;
};

/** Defines a whole number, 1 or more unless told. */
export function integer<const S extends Settings<IntegerOption>>(settings: S) {
  const { min = 1, max = MAX_COUNT, ...others } = settings;
  return { ...others, min, max, type: "integer" } as const;
}

/** Defines a number, 0 or more unless told. */
export function number<const S extends Settings<NumberOption>>(settings: S) {
  const { min = 0, max = Number.MAX_VALUE, ...others } = settings;
  return { ...others, min, max, type: "number" } as const;
}

/** Defines a number from 0 to less than 1. */
export function fraction<const S extends Omit<NumberOption, "type" | "min" | "max">>(settings: S) {
  return { exclusiveMax: true, ...settings, min: 0, max: 1, type: "number" } as const;
}

/** Defines a yes or no. */
export function flag<const S extends Omit<FlagOption, "type">>(settings: S) {
  return { ...settings, type: "flag" } as const;
}

/** Defines one or two whole numbers, 1 or more unless told. */
export function sizes<const S extends Settings<SizesOption>>(settings: S) {
  const { min = 1, max = MAX_COUNT, ...others } = settings;
  return { ...others, min, max, type: "sizes" } as const;
}

/** Defines a list of numbers, 0 or more unless told. */
export function numbers<const S extends Settings<NumbersOption>>(settings: S) {
  const { min = 0, max = Number.MAX_VALUE, ...others } = settings;
  return { ...others, min, max, type: "numbers" } as const;
}

/** Defines a line of text. */
export function text<const S extends Omit<TextOption, "type" | "maxLength">>(settings: S) {
  return { maxLength: 200, ...settings, type: "text" } as const;
}

/** Defines one of some names. */
export function name<const S extends Omit<NameOption, "type">>(settings: S) {
  return { ...settings, type: "name" } as const;
}

/** Defines a list of layers. */
export function layers<const S extends Omit<LayersOption, "type">>(settings: S) {
  return { ...settings, type: "layers" } as const;
}

/** Defines a list of sequences of layers. */
export function branches<const S extends Omit<BranchesOption, "type">>(settings: S) {
  return { ...settings, type: "branches" } as const;
}

/** Defines weights of the classes, none by default. */
export function classWeights<const S extends Omit<ClassWeightsOption, "type" | "default">>(
  settings: S,
) {
  return { ...settings, default: null, type: "classWeights" } as const;
}
