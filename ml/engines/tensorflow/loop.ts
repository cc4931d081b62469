/**
 * Many training steps in one call: a while loop inside the TensorFlow graph (Enter, Merge, Switch, Exit: the
 * dataflow form of a loop). Each turn trains on the next batch and writes its metrics to a variable.
 */
import {
  type StepInputs,
  stepInputs,
  type StepSizes,
  type TrainingStep,
} from "../../training/step.ts";
import { elementCount } from "../../graph/tensor.ts";
import type { Attributes, DataType, GraphWriter } from "./graph_def.ts";
import { createLowering } from "./lower/lower.ts";

/** Names of the nodes that the loop reads and writes. */
export interface LoopNodes {
  /** int32 [count * batchSize] */
  readonly order: string;
  /** int32 []: how many steps. */
  readonly count: string;
  /** int32 []: the first step's number. */
  readonly firstStep: string;
  /** float32 [count] */
  readonly learningRates: string;
  /** float32 [count]; absent where the momentum is the optimizer's own. */
  readonly momenta?: string | undefined;
  /** float32 [count * batchSize * drawCount]; absent without augmentations. */
  readonly draws?: string | undefined;
  /** The handle of a variable. */
  handle(variable: string): string;
  /** Handles of float32 [steps per call]: each step's metrics. */
  readonly losses: string;
  readonly correct: string;
}

const INT = { T: { type: "int32" } } as const satisfies Attributes;
const FRAME = "steps";

/**
 * Adds the loop.
 *
 * @param build makes the step from its inputs
 * @returns the node to run after: when it is done, so is the loop
 */
export function stepLoop(
  writer: GraphWriter,
  nodes: LoopNodes,
  { batchSize, drawCount }: StepSizes,
  build: (inputs: StepInputs) => TrainingStep,
): string {
  const enter = (node: string, type: DataType, constant: boolean) =>
    writer.add("Enter", [node], {
      T: { type },
      frame_name: { string: FRAME },
      is_constant: { bool: constant },
      parallel_iterations: { int: 1 },
    });
  const int32 = (value: number, control: readonly string[] = [], shape: readonly number[] = []) =>
    writer.add("Const", control, {
      dtype: { type: "int32" },
      value: { tensor: { dtype: "int32", shape, values: [value] } },
    });

  // The turn's number runs 0, 1, 2 … while it is below the count.
  const next = "steps/next";
  const turn = writer.add("Merge", [enter(int32(0), "int32", false), next], {
    ...INT,
    N: { int: 2 },
  });
  const below = writer.add("Less", [turn, enter(nodes.count, "int32", true)], INT);
  const gate = writer.add("Switch", [turn, writer.add("LoopCond", [below])], INT);
  const inside = writer.add("Identity", [`${gate}:1`], INT);
  const control = [`^${inside}`];

  const handles = new Map<string, string>();
  const entered = (handle: string): string => {
    const known = handles.get(handle) ?? enter(handle, "resource", true);
    handles.set(handle, known);
    return known;
  };
  const element = (list: string) =>
    elementAt(writer, enter(list, "float32", true), inside, int32(0, control));
  const int32s = (values: readonly number[]) =>
    writer.add("Const", control, {
      dtype: { type: "int32" },
      value: { tensor: { dtype: "int32", shape: [values.length], values } },
    });
  const elements = (list: string, type: "int32" | "float32", shape: readonly number[]) =>
    elementsOf(writer, { list: enter(list, type, true), type, shape, turn: inside, int32s });
  const fed = new Map([
    ["order", elements(nodes.order, "int32", [batchSize])],
    ["step", writer.add("AddV2", [enter(nodes.firstStep, "int32", true), inside], INT)],
    ["learningRate", element(nodes.learningRates)],
    ...(nodes.momenta === undefined ? [] : [["momentum", element(nodes.momenta)]] as const),
    ...(nodes.draws === undefined
      ? []
      : [["draws", elements(nodes.draws, "float32", [batchSize, drawCount])]] as const),
  ]);
  const { node, update } = createLowering({
    writer,
    control,
    handle: (variable) => entered(nodes.handle(variable)),
    placeholder: (name) => fed.get(name) ?? fail(name),
  });
  const step = build(stepInputs({ batchSize, drawCount }, nodes.momenta !== undefined));
  const record = (handle: string, value: string) =>
    writer.add("ResourceScatterUpdate", [entered(handle), inside, value], {
      dtype: { type: "float32" },
      Tindices: { type: "int32" },
    });
  const effects = [
    record(nodes.losses, node(step.loss)),
    record(nodes.correct, node(step.correct)),
    ...step.updates.map(update),
  ];
  const done = writer.add(
    "AddV2",
    [inside, int32(1, control), ...effects.map((effect) => `^${effect}`)],
    INT,
  );
  writer.add("NextIteration", [done], INT, next);
  return writer.add("Exit", [gate], INT);
}

/** Adds the element of a list of float32 at an index. */
function elementAt(writer: GraphWriter, list: string, index: string, axis: string): string {
  return writer.add("GatherV2", [list, index, axis], {
    Tparams: { type: "float32" },
    Tindices: { type: "int32" },
    Taxis: { type: "int32" },
    batch_dims: { int: 0 },
  });
}

/** A list of which every turn takes the next elements, in a shape. */
interface ListElements {
  readonly list: string;
  readonly type: "int32" | "float32";
  readonly shape: readonly number[];
  /** The number of the turn, from 0. */
  readonly turn: string;
  /** Adds a constant. */
  int32s(values: readonly number[]): string;
}

/** Adds the elements of a list that belong to a turn. */
function elementsOf(
  writer: GraphWriter,
  { list, type, shape, turn, int32s }: ListElements,
): string {
  const count = int32s([elementCount(shape)]);
  // [1] by broadcasting.
  const begin = writer.add("Mul", [turn, count], INT);
  const taken = writer.add("Slice", [list, begin, count], {
    T: { type },
    Index: { type: "int32" },
  });
  if (shape.length === 1) return taken;
  return writer.add("Reshape", [taken, int32s(shape)], { T: { type }, Tshape: { type: "int32" } });
}

function fail(name: string): never {
  throw new RangeError(`Cannot lower the loop: nothing feeds '${name}'.`);
}
