/** A training session in TensorFlow: implements the calls of engine.ts with the calls of a program. */
import type { TensorFlow } from "../../../native/tensorflow.ts";
import { drainEventLoop } from "../../../lib/event_loop.ts";
import { initialState } from "../../network/init.ts";
import type {
  EvaluatedSet,
  Evaluation,
  Session,
  StepMetrics,
  StepRates,
  TrainingPlan,
} from "../engine.ts";
import type { Placement } from "./graph_def.ts";
import { buildProgram, type ProgramSizes } from "./program.ts";
import { type LoadedProgram, loadProgram, type Results } from "./runtime.ts";
import { evaluationCall, predictedOutputName } from "./scoring.ts";
import { checkState, countSteps, drawsOf, ratesOf, samplesOf, scored } from "../checks.ts";
import { tableValues } from "../sample_tables.ts";
import { predictInBatches } from "../predict_batches.ts";
import {
  type Layouts,
  type StateVariable,
  toStateArrays,
  valuesInside,
} from "../state_variables.ts";
import type { StateArray } from "../../state.ts";
import { isVector, parameterLayouts } from "../../network/network.ts";
import { EVENT_LOOP_INTERVAL_MS } from "../../timeouts.ts";

/** The device of a session, and the sizes of its calls. */
export interface SessionOptions {
  /** 'CPU (AMD EPYC, 2 threads)' */
  readonly device: string;
  /** 'TensorFlow 2.21.0' */
  readonly engine: string;
  readonly placement: Placement;
  readonly sizes: ProgramSizes;
}

/** A program on the device, and what its calls need. */
interface LoadedTraining {
  readonly plan: TrainingPlan;
  readonly sizes: ProgramSizes;
  readonly program: LoadedProgram;
  readonly state: readonly StateVariable[];
  readonly layouts: Layouts;
}

/** Loads a training with its data and initial weights. */
export function openSession(
  tf: TensorFlow,
  plan: TrainingPlan,
  { device, engine, placement, sizes }: SessionOptions,
): Session {
  const { program, state, tables } = buildProgram(plan, sizes, placement);
  const loaded = loadProgram(tf, program);
  const layouts = parameterLayouts(plan.network);
  const training: LoadedTraining = { plan, sizes, program: loaded, state, layouts };

  for (const split of ["train", "test"] as const) {
    const dataset = plan[split];
    loaded.call(`load/${split}`, {
      images: { bytes: bytesOf(tableValues(dataset, tables[split])) },
      labels: Int32Array.from(dataset.labels),
    });
  }
  if (program.signatures["clear"]) loaded.call("clear");
  const initial = initialState(plan.network, plan.seed);
  writeVariables(training, new Map(initial.map(({ name, values }) => [name, values])));

  return {
    device,
    engine,
    stepsPerCall: sizes.stepsPerCall,
    trainSteps: (order, firstStep, rates, draws) =>
      Promise.try(() => trainSteps(training, order, firstStep, rates, draws)),
    evaluate: (signal, set = "test") => evaluate(training, set, signal),
    predict: (samples) => predict(training, samples),
    readState: () => Promise.try(() => readState(training)),
    writeState: (arrays) => Promise.try(() => writeState(training, arrays)),
    dispose: () => loaded.dispose(),
  };
}

function trainSteps(
  { plan, sizes, program }: LoadedTraining,
  order: Int32Array,
  firstStep: number,
  rates?: StepRates,
  draws?: Float32Array,
): StepMetrics {
  const { batchSize } = plan;
  const { count, rest } = countSteps(plan, order, sizes.stepsPerCall);
  const drawnBy = drawsOf(plan, draws, order.length);
  const { learningRates, momenta } = ratesOf(plan, rates, count + (rest > 0 ? 1 : 0));
  const metrics: StepMetrics = {
    losses: new Float32Array(count + (rest > 0 ? 1 : 0)),
    correct: new Float32Array(count + (rest > 0 ? 1 : 0)),
  };
  const store = (results: Results, from: number, steps: number) => {
    metrics.losses.set(output(results, "losses").subarray(0, steps), from);
    metrics.correct.set(output(results, "correct").subarray(0, steps), from);
  };
  if (count > 0) {
    const results = program.call("steps", {
      order: order.subarray(0, count * batchSize),
      count: Int32Array.of(count),
      firstStep: Int32Array.of(firstStep),
      learningRates: learningRates.subarray(0, count),
      ...(momenta ? { momenta: momenta.subarray(0, count) } : {}),
      ...drawnBy(0, count * batchSize),
    });
    store(results, 0, count);
  }
  if (rest > 0) {
    const results = program.call("tail", {
      order: order.subarray(count * batchSize),
      step: Int32Array.of(firstStep + count),
      learningRate: learningRates.subarray(count),
      ...(momenta ? { momentum: momenta.subarray(count) } : {}),
      ...drawnBy(count * batchSize, order.length),
    });
    store(results, count, 1);
  }
  return metrics;
}

async function evaluate(
  { plan, sizes, program }: LoadedTraining,
  set: EvaluatedSet,
  signal: AbortSignal | undefined,
): Promise<Evaluation> {
  const { samples, labels } = samplesOf(plan, set);
  const count = samples.length;
  const fullBatch = Math.min(sizes.evaluationBatch, count);
  const predicted = new Int32Array(count);
  let loss = 0;
  let lastTurn = performance.now();
  for (let begin = 0; begin < count; begin += fullBatch) {
    signal?.throwIfAborted();
    const size = Math.min(fullBatch, count - begin);
    const order = samples.subarray(begin, begin + size);
    const call = evaluationCall(set, size === fullBatch ? "batch" : "tail");
    const results = program.call(call, { order });
    loss += output(results, "loss")[0] ?? NaN;
    let at = begin;
    for (let part = 0; at < begin + size; part++) {
      const classes = output(results, predictedOutputName(part));
      predicted.set(classes, at);
      at += classes.length;
    }
    if (performance.now() - lastTurn > EVENT_LOOP_INTERVAL_MS) {
      await drainEventLoop();
      lastTurn = performance.now();
    }
  }
  return scored(plan, samples, labels, predicted, loss);
}

function predict(
  { plan: { network }, sizes, program }: LoadedTraining,
  samples: Uint8Array | Float32Array,
): Promise<Float32Array> {
  return predictInBatches(network, samples, sizes.predictionBatch, (values, batch) => {
    const pixels = isVector(network) ? values : Int32Array.from(values);
    return output(
      program.call(batch === 1 ? "predictOne" : "predict", { pixels }),
      "probabilities",
    );
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function readState({ program, state, layouts }: LoadedTraining): readonly StateArray[] {
  const values = program.call("read");
  return toStateArrays(state, layouts, ({ name }) => output(values, name));
}

function writeState(training: LoadedTraining, arrays: readonly StateArray[]): void {
  checkState(training.state, training.layouts, arrays);
  writeVariables(training, new Map(arrays.map(({ name, values }) => [name, values])));
}

/** Writes all variables. Those that `torchValues`, in PyTorch's layout, lacks become zeros. */
function writeVariables(
  { program, state, layouts }: LoadedTraining,
  torchValues: ReadonlyMap<string, Float32Array>,
): void {
  const inputs = Object.fromEntries(
    state.map((variable) => [variable.name, valuesInside(variable, layouts, torchValues)]),
  );
  program.call("write", inputs);
}

function output(results: Results, name: string): Float32Array {
  const values = results.get(name);
  if (!values) throw new RangeError(`Cannot read '${name}': the call does not give it.`);
  return values;
}
