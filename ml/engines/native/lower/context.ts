/** The lowering of a graph in progress: values by tensor, and the calls so far. */
import {
  elementCount,
  inputAt,
  type OpKind,
  type Shape,
  type Tensor,
  type TensorOf,
} from "../../../graph/tensor.ts";
import { usersOf } from "../../../graph/rewrite.ts";
import { type Update, updateInputs } from "../../../graph/update.ts";
import type { Call, Operand, Value, View } from "../calls.ts";

/** A table of samples in the engine. */
export interface StoredTable {
  readonly number: number;
  /**
   * [count, height, width, channels] of images, of which the first lines and columns may be read; [count, ...] of
   * others.
   */
  readonly shape: Shape;
}

/** A graph: the tensors that are read after each run, and the changes of variables. */
export interface Graph {
  readonly outputs: readonly Tensor[];
  readonly updates: readonly Update[];
}

/** The surroundings of a graph. */
export interface Surroundings {
  /** Variables, by name. */
  readonly variables: ReadonlyMap<string, Value>;
  readonly tables: ReadonlyMap<string, StoredTable>;
  /** The number of samples of the batch. */
  readonly rows: number;
  /** Names of the placeholders whose rows belong to the samples. */
  readonly samples: readonly string[];
  /** The number of parts that the batch is worked on in. */
  readonly parts: number;
}

/** The settings of a call that are not its operands. */
export interface CallOptions {
  readonly units: number;
  readonly ints?: readonly number[];
  readonly floats?: readonly number[];
  /** Present where it is known; otherwise a call whose rows are the batch's and that reads some of them is one. */
  readonly isBatch?: boolean;
  /** True if its result holds samples of the batch although it is worked on as a whole. */
  readonly holdsBatch?: boolean;
  readonly isUpdate?: boolean;
  /** True if a later phase does it again. */
  readonly isRepeated?: boolean;
  /** About how many multiply-adds it takes; the size of its first operand if absent. */
  readonly cost?: number;
}

/** The lowering in progress, as the functions for operations see it. */
export interface LoweringContext extends Surroundings {
  /** Returns the value of a tensor, lowering it first. */
  node(tensor: Tensor): Value;
  /** Returns the value of an input. */
  input(tensor: Tensor, position: number): Value;
  /** Creates an array for results. */
  create(name: string, shape: Shape, dtype?: Value["dtype"]): Value;
  /** Creates an array of which each part of some rows has a copy. */
  createParts(name: string, shape: Shape, units: number): Value;
  /** Creates room for a call to work in. */
  createRoom(floats: number): Value;
  /** Creates a constant. */
  constant(values: readonly number[], shape: Shape): Value;
  /** Adds a call; returns the first operand's value. */
  call(
    kernel: string,
    outputs: readonly Operand[],
    inputs: readonly Operand[],
    options: CallOptions,
  ): Value;
  /** Checks whether a value holds samples of the batch. */
  isBatch(value: Value): boolean;
  /** Checks whether a tensor is a variable that the graph changes. */
  isChanged(tensor: Tensor): boolean;
  /** Lists the tensors that read one; undefined if it is also a result. */
  users(tensor: Tensor): readonly Tensor[] | undefined;
  /** Returns what several tensors share, making it once. */
  shared<T>(key: string, of: readonly Tensor[], make: () => T): T;
  readonly calls: readonly Call[];
  readonly fed: readonly (readonly [string, Value])[];
}

/** Lowers an operation of a kind. */
export type Lower<Kind extends OpKind> = (
  tensor: TensorOf<Kind>,
  context: LoweringContext,
) => Value;

/** Functions for some kinds. */
export type LowerTable<Kinds extends OpKind> = { readonly [Kind in Kinds]: Lower<Kind> };

/** The most parts that a call outside of the batch is divided into. */
const MAX_OWN_PARTS = 8;

/** Creates an array for results. */
function createValue(
  name: string,
  shape: Shape,
  dtype: Value["dtype"],
  parts?: number,
): Value {
  const floats = elementCount(shape);
  const storage = { home: "scratch", floats, ...(parts === undefined ? {} : { parts }) } as const;
  return { name, shape, dtype, storage };
}

/** Creates a constant; a single number fills the whole shape. */
function createConstant(numbers: readonly number[], shape: Shape): Value {
  const floats = elementCount(shape);
  const values = numbers.length === 1
    ? new Float32Array(floats).fill(numbers[0] ?? 0)
    : Float32Array.from(numbers);
  const storage = { home: "constant", floats, values } as const;
  return { name: "constant", shape, dtype: "float32", storage };
}

/** Makes things once for the same tensors. */
function createSharing(): LoweringContext["shared"] {
  const keys = new Map<Tensor, number>();
  const made = new Map<string, unknown>();
  const keyOf = (tensor: Tensor) => {
    const key = keys.get(tensor) ?? keys.size;
    keys.set(tensor, key);
    return key;
  };
  return <T>(key: string, of: readonly Tensor[], make: () => T): T => {
    const name = `${key} ${of.map(keyOf).join(" ")}`;
    // A key names one type of thing.
    const known = made.get(name) as T | undefined;
    if (known !== undefined) return known;
    const value = make();
    made.set(name, value);
    return value;
  };
}

/** Starts a lowering. */
export function createContext(
  surroundings: Surroundings,
  { outputs, updates }: Graph,
  lower: (tensor: Tensor, context: LoweringContext) => Value,
): LoweringContext {
  const values = new Map<Tensor, Value>();
  const results = [...outputs, ...updates.flatMap(updateInputs)];
  const changed = new Set(updates.map(({ variable }) => variable));
  const [users, read] = [usersOf(results), new Set(results)];
  const batch = new Set<Value["storage"]>();
  const calls: Call[] = [];
  const fed: (readonly [string, Value])[] = [];
  const node = (tensor: Tensor): Value => {
    const known = values.get(tensor);
    if (known) return known;
    const value = tensor.kind === "placeholder" ? feed(tensor) : lower(tensor, context);
    values.set(tensor, value);
    return value;
  };
  const feed = ({ attributes: { name, shape, dtype } }: TensorOf<"placeholder">): Value => {
    const value = createValue(name, shape, dtype === "int32" ? "int32" : "float32");
    fed.push([name, value]);
    if (surroundings.samples.includes(name)) batch.add(value.storage);
    return value;
  };
  const context: LoweringContext = {
    ...surroundings,
    calls,
    fed,
    node,
    input: (tensor, position) => node(inputAt(tensor.inputs, position)),
    create: (name, shape, dtype = "float32") => createValue(name, shape, dtype),
    createParts: (name, shape, units) =>
      createValue(
        name,
        shape,
        "float32",
        units === surroundings.rows ? surroundings.parts : Math.min(units, MAX_OWN_PARTS),
      ),
    createRoom: (floats) => ({
      name: "room",
      shape: [floats],
      dtype: "float32",
      storage: { home: "scratch", floats, isRoom: true },
    }),
    constant: createConstant,
    call(kernel, outputs, inputs, options) {
      const { units, ints = [], floats = [], isUpdate = false, isRepeated = false } = options;
      const isBatch = options.isBatch ??
        (units === surroundings.rows &&
          inputs.some(({ value, view }) => view === "rows" && batch.has(value.storage)));
      const [first] = outputs;
      if (!first) throw new RangeError(`Cannot call ${kernel}: it must have an output.`);
      if (isBatch) {
        for (const { value, view } of outputs) if (view === "rows") batch.add(value.storage);
      }
      if (options.holdsBatch) batch.add(first.value.storage);
      calls.push({
        kernel,
        operands: [...outputs, ...inputs],
        outputs: outputs.length,
        units,
        ints,
        floats,
        isBatch,
        isUpdate,
        isRepeated,
        cost: options.cost ?? elementCount(first.value.shape),
      });
      return first.value;
    },
    isChanged: ({ kind, attributes }) => kind === "variable" && changed.has(attributes.name),
    users: (tensor) => read.has(tensor) ? undefined : [...users.get(tensor) ?? []],
    isBatch: ({ storage }) => batch.has(storage),
    shared: createSharing(),
  };
  return context;
}

/** Sees a value by rows. */
export function rows(value: Value): Operand {
  return { value, view: "rows" satisfies View };
}

/** Sees a value as a whole. */
export function whole(value: Value): Operand {
  return { value, view: "whole" satisfies View };
}

/** Sees a value by parts. */
export function parts(value: Value): Operand {
  return { value, view: "parts" satisfies View };
}

/** Returns the same numbers in another shape. */
export function reshaped(value: Value, shape: Shape): Value {
  return { ...value, shape };
}

/** Returns the sum of a value's parts. */
export function mergedParts(value: Value, { create, call }: LoweringContext): Value {
  const { parts = 1 } = value.storage;
  const count = elementCount(value.shape);
  // Any rows will do: the parts are added element by element.
  const units = rowsFor(value.shape);
  return call("mergeParts", [rows(create("sum", value.shape))], [whole(value)], {
    units,
    ints: [parts],
    isBatch: false,
    cost: count * parts,
  });
}

/** The largest array that is worked on as one row. */
const ONE_ROW = 4096;

/** Returns the number of rows into which work on single elements is cut, outside of the batch. */
export function rowsFor(shape: Shape): number {
  const count = elementCount(shape);
  if (count <= ONE_ROW) return 1;
  // The first axes that make enough rows.
  let rows = 1;
  for (const size of shape) {
    rows *= size;
    if (rows >= 16) break;
  }
  return rows;
}
