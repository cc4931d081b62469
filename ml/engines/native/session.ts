/** A training session in the native engine: implements the calls of engine.ts with graphs. */
import { drainEventLoop } from "../../../lib/event_loop.ts";
import { elementCount } from "../../graph/tensor.ts";
import { initialState } from "../../network/init.ts";
import { parameterLayouts } from "../../network/network.ts";
import type { StateArray } from "../../state.ts";
import { checkState, countSteps, drawsOf, ratesOf, samplesOf, scored } from "../checks.ts";
import type {
  EvaluatedSet,
  Evaluation,
  Session,
  StepMetrics,
  StepRates,
  TrainingPlan,
} from "../engine.ts";
import { predictInBatches } from "../predict_batches.ts";
import { type Layouts, toStateArrays, valuesInside } from "../state_variables.ts";
import type { Machine } from "./library.ts";
import type { MemoryPlan } from "./memory.ts";
import {
  graphsOf,
  layOutState,
  type NativeProgram,
  openProgram,
  type PlacedVariable,
} from "./program.ts";

/** The engine's side of a session. */
export interface SessionOptions {
  /** 'CPU (AMD EPYC, 2 threads)' */
  readonly device: string;
  /** 'Native 1 (AVX2)' */
  readonly engine: string;
  /** Starts the engine with memory for variables. */
  readonly open: (stateFloats: number) => Machine;
  /** @throws {NativeEngineError} if a graph needs more memory than there is */
  readonly check: (memory: MemoryPlan, stateFloats: number) => void;
}

/** A training in the engine. */
interface LoadedTraining {
  readonly plan: TrainingPlan;
  readonly machine: Machine;
  readonly program: NativeProgram;
  readonly state: readonly PlacedVariable[];
  readonly layouts: Layouts;
}

/** The most steps of one call. */
const STEPS_PER_CALL = 256;
/** Samples of one evaluation, and the most evaluations of one call: between two calls, it can be stopped. */
const EVALUATION_BATCH = 500;
const EVALUATIONS_PER_CALL = 4;
const PREDICTION_BATCH = 100;

/** Loads a training with its data and initial weights. */
export function openSession(
  plan: TrainingPlan,
  { device, engine, open, check }: SessionOptions,
): Session {
  const { variables, floats } = layOutState(plan);
  const graphs = graphsOf(plan, { variables, floats });
  const machine = open(floats);
  try {
    for (const table of graphs.tables) machine.addTable(table);
    const program = openProgram(graphs, machine, (memory) => check(memory, floats));
    const layouts = parameterLayouts(plan.network);
    const training: LoadedTraining = { plan, machine, program, state: variables, layouts };
    const initial = initialState(plan.network, plan.seed);
    writeVariables(training, new Map(initial.map(({ name, values }) => [name, values])));
    // What does not fit is reported now, not after the first epoch.
    const { train, validation = new Int32Array(), batchSize } = plan;
    const trained = train.count - validation.length;
    if (trained >= batchSize) program.step(batchSize);
    if (trained % batchSize > 0) program.step(trained % batchSize);
    return {
      device,
      engine,
      stepsPerCall: STEPS_PER_CALL,
      trainSteps: (order, firstStep, rates, draws) =>
        trainSteps(training, order, firstStep, rates, draws),
      evaluate: (signal, set = "test") => evaluate(training, set, signal),
      predict: (samples) => predict(training, samples),
      readState: () => Promise.try(() => readState(training)),
      writeState: (arrays) => Promise.try(() => writeState(training, arrays)),
      dispose: () => machine.close(),
    };
  } catch (error) {
    machine.close();
    throw error;
  }
}

async function trainSteps(
  { plan, program }: LoadedTraining,
  order: Int32Array,
  firstStep: number,
  rates?: StepRates,
  draws?: Float32Array,
): Promise<StepMetrics> {
  const { batchSize } = plan;
  const { count, rest } = countSteps(plan, order, STEPS_PER_CALL);
  const total = count + (rest > 0 ? 1 : 0);
  const { learningRates, momenta } = ratesOf(plan, rates, total);
  const drawnBy = drawsOf(plan, draws, order.length);
  const metrics = { losses: new Float32Array(total), correct: new Float32Array(total) };
  for (
    const [begin, steps, size] of [[0, count, batchSize], [count, total - count, rest]] as const
  ) {
    if (steps === 0) continue;
    const end = begin + steps;
    const [first, last] = [begin * batchSize, begin * batchSize + steps * size];
    const [losses = [], correct = []] = await program.step(size).run(steps, {
      order: order.subarray(first, last),
      step: Int32Array.from({ length: steps }, (_, step) => firstStep + begin + step),
      learningRate: learningRates.subarray(begin, end),
      ...(momenta ? { momentum: momenta.subarray(begin, end) } : {}),
      ...drawnBy(first, last),
    });
    metrics.losses.set(losses, begin);
    metrics.correct.set(correct, begin);
  }
  return metrics;
}

async function evaluate(
  { plan, program }: LoadedTraining,
  set: EvaluatedSet,
  signal: AbortSignal | undefined,
): Promise<Evaluation> {
  const { samples, labels } = samplesOf(plan, set);
  const predicted = new Int32Array(samples.length);
  let loss = 0;
  for (let begin = 0; begin < samples.length;) {
    signal?.throwIfAborted();
    const left = samples.length - begin;
    const size = Math.min(EVALUATION_BATCH, left);
    const steps = Math.min(EVALUATIONS_PER_CALL, Math.floor(left / size));
    const order = samples.subarray(begin, begin + steps * size);
    const [losses = [], classes = []] = await program.evaluation(set, size).run(steps, { order });
    for (const value of losses) loss += value;
    predicted.set(classes, begin);
    begin += order.length;
    await drainEventLoop();
  }
  return scored(plan, samples, labels, predicted, loss);
}

function predict(
  { plan: { network }, program }: LoadedTraining,
  samples: Uint8Array | Float32Array,
): Promise<Float32Array> {
  return predictInBatches(network, samples, PREDICTION_BATCH, async (pixels, batch) => {
    const [probabilities = []] = await program.prediction(batch).run(1, { pixels });
    return Float32Array.from(probabilities);
  });
}

function readState({ machine, state, layouts }: LoadedTraining): readonly StateArray[] {
  // Layouts copy: where there is one, the same room will do for all.
  const room = new Float32Array(Math.max(0, ...state.map(({ shape }) => elementCount(shape))));
  return toStateArrays(state, layouts, ({ offset, parameter, shape }) => {
    const count = elementCount(shape);
    const values = layouts.has(parameter) ? room.subarray(0, count) : new Float32Array(count);
    machine.read(offset, values);
    return values;
  });
}

function writeState(training: LoadedTraining, arrays: readonly StateArray[]): void {
  checkState(training.state, training.layouts, arrays);
  writeVariables(training, new Map(arrays.map(({ name, values }) => [name, values])));
}

/** Writes all variables. Those that `torchValues`, in PyTorch's layout, lacks become zeros. */
function writeVariables(
  { machine, state, layouts }: LoadedTraining,
  torchValues: ReadonlyMap<string, Float32Array>,
): void {
  for (const variable of state) {
    machine.write(variable.offset, valuesInside(variable, layouts, torchValues));
  }
}
