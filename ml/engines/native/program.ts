/**
 * A training as graphs for the native engine: a step on a full batch and one on an epoch's last, evaluations,
 * predictions. They are compiled when they are first needed.
 */
import { sampleShape, valuesOf } from "../../../data/dataset.ts";
import { drawCount } from "../../augmentation/stages.ts";
import { placeholder, variable } from "../../graph/ops/sources.ts";
import { elementCount, type Shape, type Tensor } from "../../graph/tensor.ts";
import type { Network } from "../../network/network.ts";
import {
  buildEvaluation,
  buildPrediction,
  buildTrainingStep,
  type Prediction,
  stepInputs,
  type Tables,
} from "../../training/step.ts";
import { sampleTables } from "../sample_tables.ts";
import type { EvaluatedSet, TrainingPlan } from "../engine.ts";
import { type StateVariable, stateVariables } from "../state_variables.ts";
import type { Value } from "./calls.ts";
import { type CompiledGraph, compileGraph, type LoadedGraph, loadGraph } from "./compile.ts";
import type { Machine, TableData } from "./library.ts";
import type { Graph } from "./lower/context.ts";
import { type MemoryPlan, UNIT, units } from "./memory.ts";

/** A variable with its place. */
export interface PlacedVariable extends StateVariable {
  /** In floats. */
  readonly offset: number;
}

/** The variables of a training, one after the other. */
export interface StateLayout {
  readonly variables: readonly PlacedVariable[];
  readonly floats: number;
}

/** Places the variables of a training. */
export function layOutState({ network, optimizer }: TrainingPlan): StateLayout {
  return placeVariables(stateVariables(network, optimizer));
}

/** Places variables one after the other. */
export function placeVariables(listed: readonly StateVariable[]): StateLayout {
  let floats = 0;
  const variables = listed.map((each) => {
    const offset = floats;
    floats += units(elementCount(each.shape)) * UNIT;
    return { ...each, offset };
  });
  return { variables, floats };
}

/** The graphs of a training, in the engine. */
export interface NativeProgram {
  /** Trains on a batch of a size: order, step, learningRate and maybe momentum in; loss and hits out. */
  step(batchSize: number): LoadedGraph;
  /** Evaluates samples of a set: order in; loss and classes out. */
  evaluation(set: EvaluatedSet, size: number): LoadedGraph;
  /** Predicts for images: pixels in; probabilities out. */
  prediction(size: number): LoadedGraph;
}

/** Samples of a part of a batch. More would leave the cache; fewer make more sums to add. */
const PART_SAMPLES = 4;
/** The most parts of a training batch: each has gradients of its own. */
const MAX_TRAINING_PARTS = 16;

/** Counts the parts of a batch: an even number, which two threads or more share well. */
function partsOf(rows: number, most: number): number {
  return Math.min(rows, most, 2 * Math.ceil(rows / (2 * PART_SAMPLES)));
}

/** A table of a set with its name. */
interface NamedTable extends TableData {
  readonly name: string;
  readonly shape: Shape;
}

/** Lists the tables of a training in the order of their numbers. Images are shared with the dataset, as they are. */
function tablesOf(plan: TrainingPlan): readonly NamedTable[] {
  return (["train", "test"] as const).flatMap((split) => {
    const dataset = plan[split];
    const rows = dataset.count;
    const shape = sampleShape(dataset);
    const images = { data: valuesOf(dataset), rows, rowSize: elementCount(shape) };
    const labels = { data: Int32Array.from(dataset.labels), rows, rowSize: 1 };
    return [
      { name: `${split}/images`, shape: [rows, ...shape], ...images },
      { name: `${split}/labels`, shape: [rows], ...labels },
    ];
  });
}

/** Compiles graphs of a training. */
export interface GraphSource {
  step(batchSize: number): CompiledGraph;
  evaluation(set: EvaluatedSet, size: number): CompiledGraph;
  prediction(size: number): CompiledGraph;
  /** In the order of their numbers. */
  readonly tables: readonly TableData[];
}

/** Makes the graphs of a plan. */
export function graphsOf(plan: TrainingPlan, { variables }: StateLayout): GraphSource {
  const samples = sampleTables(plan);
  const stored = tablesOf(plan);
  const drawn = drawCount(plan.augmentation ?? []);
  const values = valuesByName(variables);
  const compile = (graph: Graph, rows: number, samples: readonly string[], parts: number) =>
    compileGraph(graph, {
      variables: values,
      tables: new Map(stored.map(({ name, shape }, number) => [name, { number, shape }])),
      rows,
      samples,
      parts,
    });
  const tables = (split: "train" | "test"): Tables => {
    const { count } = plan[split];
    return {
      images: variable(`${split}/images`, samples[split]),
      labels: variable(`${split}/labels`, { shape: [count], dtype: "int32" }),
    };
  };
  const orderOf = (size: number) => placeholder("order", { shape: [size], dtype: "int32" });
  return {
    tables: stored,
    step(size) {
      const sizes = { batchSize: size, drawCount: drawn };
      const inputs = stepInputs(sizes, plan.cyclesMomentum ?? false);
      const step = buildTrainingStep(plan, tables("train"), inputs, 1);
      const graph = { outputs: [step.loss, step.correct], updates: step.updates };
      return compile(graph, size, ["order", "draws"], partsOf(size, MAX_TRAINING_PARTS));
    },
    evaluation(set, size) {
      const split = tables(set === "test" ? "test" : "train");
      const { loss, predicted } = buildEvaluation(plan, split, orderOf(size), 1);
      const graph = { outputs: [loss, ...predicted], updates: [] };
      return compile(graph, size, ["order", "draws"], partsOf(size, Infinity));
    },
    prediction: (size) =>
      compilePrediction(plan.network, { variables }, size, ({ probabilities }) => [probabilities]),
  };
}

/**
 * Compiles the prediction of a batch: pixels in.
 *
 * @param outputs chooses what comes out
 */
export function compilePrediction(
  network: Network,
  { variables }: Pick<StateLayout, "variables">,
  size: number,
  outputs: (prediction: Prediction) => readonly Tensor[],
): CompiledGraph {
  const shape: Shape = [size, ...network.inputShape];
  const pixels = placeholder("pixels", { shape, dtype: "float32" });
  const graph = { outputs: outputs(buildPrediction(network, pixels)), updates: [] };
  return compileGraph(graph, {
    variables: valuesByName(variables),
    tables: new Map(),
    rows: size,
    samples: ["pixels"],
    parts: partsOf(size, Infinity),
  });
}

function valuesByName(variables: readonly PlacedVariable[]): ReadonlyMap<string, Value> {
  return new Map(variables.map((each) => [each.name, variableValue(each)]));
}

/**
 * Hands graphs to the engine as they are needed.
 *
 * @param check throws if a graph needs more memory than there is
 */
export function openProgram(
  source: GraphSource,
  machine: Machine,
  check: (memory: MemoryPlan) => void,
): NativeProgram {
  const loaded = new Map<string, LoadedGraph>();
  const load = (name: string, compile: () => CompiledGraph): LoadedGraph => {
    const known = loaded.get(name);
    if (known) return known;
    const compiled = compile();
    check(compiled.memory);
    const graph = loadGraph(compiled, machine);
    loaded.set(name, graph);
    return graph;
  };
  return {
    step: (size) => load(`step ${size}`, () => source.step(size)),
    evaluation: (set, size) => load(`${set} ${size}`, () => source.evaluation(set, size)),
    prediction: (size) => load(`predict ${size}`, () => source.prediction(size)),
  };
}

function variableValue({ name, shape, offset }: PlacedVariable): Value {
  return {
    name,
    shape,
    dtype: "float32",
    storage: { home: "state", floats: elementCount(shape), offset },
  };
}
