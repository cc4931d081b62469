/** A training in TensorFlow: calls its program, and turns what goes in and out into what engine.ts speaks of. */
import type { TensorFlow } from "../../../native/tensorflow.ts";
import type { ImageDataset } from "../../../data/dataset.ts";
import { drainEventLoop } from "../../../lib/event_loop.ts";
import { initialParameters } from "../../network/init.ts";
import { elementCount, sameShape, showShape } from "../../graph/tensor.ts";
import type { Session, StepMetrics, TrainingPlan } from "../engine.ts";
import type { Placement } from "./graph_def.ts";
import { buildProgram, type ProgramSizes } from "./program.ts";
import { type Fed, loadProgram, type Results } from "./runtime.ts";
import { predictedOutputName } from "./scoring.ts";
import { cropImages } from "./tables.ts";
import type { StateArray } from "../../state.ts";
import { parameterLayouts } from "../../network/network.ts";

/** The device of a session, and the sizes of its calls. */
export interface SessionOptions {
  /** 'CPU (AMD EPYC, 2 threads)' */
  readonly device: string;
  /** 'TensorFlow 2.21.0' */
  readonly engine: string;
  readonly placement: Placement;
  readonly sizes: ProgramSizes;
}

/** Evaluation lets the event loop turn when it has worked for so long, so that signals get through. */
const TURN_MILLISECONDS = 100;

/** Loads a training with its data and initial weights. */
// deno-lint-ignore house/max-function-lines -- to be split into loading and stepping
export function openSession(
  tf: TensorFlow,
  plan: TrainingPlan,
  { device, engine, placement, sizes }: SessionOptions,
): Session {
  const { network, batchSize } = plan;
  const { program, state, window } = buildProgram(plan, sizes, placement);
  const layouts = parameterLayouts(network);
  const loaded = loadProgram(tf, program);

  const outsideShape = (parameter: string) => layouts.get(parameter)?.torchShape ?? [];
  const write = (outside: ReadonlyMap<string, Float32Array>) => {
    const inputs: Record<string, Fed> = {};
    for (const { name, parameter, shape } of state) {
      const values = outside.get(name) ?? new Float32Array(elementCount(shape));
      inputs[name] = layouts.get(parameter)?.fromTorch(values) ?? values;
    }
    loaded.call("write", inputs);
  };
  const load = (dataset: ImageDataset, split: "train" | "test") =>
    loaded.call(`load/${split}`, {
      images: { bytes: cropImages(dataset, window) },
      labels: Int32Array.from(dataset.labels),
    });

  load(plan.train, "train");
  load(plan.test, "test");
  if (program.signatures["clear"]) loaded.call("clear");
  write(new Map(initialParameters(network, plan.seed).map(({ name, values }) => [name, values])));

  const learningRate = Float32Array.of(plan.learningRate);
  const evaluationBatch = Math.min(sizes.evaluationBatch, plan.test.count);

  return {
    device,
    engine,
    stepsPerCall: sizes.stepsPerCall,
    trainSteps(order, firstStep) {
      return Promise.try(() => {
        const count = Math.floor(order.length / batchSize);
        const rest = order.length % batchSize;
        if (order.length === 0 || count > sizes.stepsPerCall) {
          throw new RangeError(
            `Cannot train ${count} steps in a call: the number must be between 1 and ${sizes.stepsPerCall}.`,
          );
        }
        if (rest > 0 && rest !== plan.train.count % batchSize) {
          throw new RangeError(
            `Cannot train on a batch of ${rest}: it must be of ${batchSize}, or an epoch's last.`,
          );
        }
        const metrics: StepMetrics = {
          losses: new Float32Array(count + (rest > 0 ? 1 : 0)),
          correct: new Float32Array(count + (rest > 0 ? 1 : 0)),
        };
        const keep = (results: Results, from: number, steps: number) => {
          metrics.losses.set(output(results, "losses").subarray(0, steps), from);
          metrics.correct.set(output(results, "correct").subarray(0, steps), from);
        };
        if (count > 0) {
          const results = loaded.call("steps", {
            order: order.subarray(0, count * batchSize),
            count: Int32Array.of(count),
            firstStep: Int32Array.of(firstStep),
            learningRate,
          });
          keep(results, 0, count);
        }
        if (rest > 0) {
          const results = loaded.call("tail", {
            order: order.subarray(count * batchSize),
            step: Int32Array.of(firstStep + count),
            learningRate,
          });
          keep(results, count, 1);
        }
        return metrics;
      });
    },
    async evaluate(signal) {
      const total = plan.test.count;
      const { labels } = plan.test;
      const predicted = new Int32Array(total);
      let loss = 0;
      let turned = performance.now();
      for (let begin = 0; begin < total; begin += evaluationBatch) {
        signal?.throwIfAborted();
        const size = Math.min(evaluationBatch, total - begin);
        const order = Int32Array.from({ length: size }, (_, row) => begin + row);
        const results = loaded.call(size === evaluationBatch ? "evaluate" : "evaluateTail", {
          order,
        });
        loss += output(results, "loss")[0] ?? NaN;
        let at = begin;
        for (let part = 0; at < begin + size; part++) {
          const classes = output(results, predictedOutputName(part));
          predicted.set(classes, at);
          at += classes.length;
        }
        if (performance.now() - turned > TURN_MILLISECONDS) {
          await drainEventLoop();
          turned = performance.now();
        }
      }
      const correct = predicted.reduce((sum, label, at) => sum + (label === labels[at] ? 1 : 0), 0);
      return { loss: loss / total, acc: correct / total, predicted };
    },
    predict(images) {
      return Promise.try(() => {
        const size = elementCount(network.inputShape);
        const count = images.length / size;
        if (!Number.isInteger(count)) {
          throw new RangeError(
            `Cannot predict: images must be of ${size} bytes each, got ${images.length} bytes.`,
          );
        }
        const batch = count === 1 ? 1 : sizes.predictionBatch;
        const slices: Float32Array[] = [];
        for (let begin = 0; begin < count; begin += batch) {
          const rows = Math.min(batch, count - begin);
          const pixels = new Int32Array(batch * size);
          pixels.set(images.subarray(begin * size, (begin + rows) * size));
          const results = loaded.call(batch === 1 ? "predictOne" : "predict", { pixels });
          const probabilities = output(results, "probabilities");
          slices.push(probabilities.subarray(0, (rows * probabilities.length) / batch));
        }
        return concatenate(slices);
      });
    },
    readState() {
      return Promise.try(() => {
        const values = loaded.call("read");
        return state.map(({ name, parameter }): StateArray => {
          const inside = output(values, name);
          return {
            name,
            shape: outsideShape(parameter),
            values: layouts.get(parameter)?.toTorch(inside) ?? inside,
          };
        });
      });
    },
    writeState(arrays) {
      return Promise.try(() => {
        const given = new Map(arrays.map((array) => [array.name, array]));
        for (const { name, parameter } of state) {
          const shape = outsideShape(parameter);
          const array = given.get(name);
          if (!array) throw new RangeError(`Cannot write the state: '${name}' is missing.`);
          if (!sameShape(array.shape, shape) || array.values.length !== elementCount(shape)) {
            throw new RangeError(
              `Cannot write the state: '${name}' must be ${showShape(shape)}, ` +
                `got ${array.values.length} values of ${showShape(array.shape)}.`,
            );
          }
        }
        write(new Map(arrays.map(({ name, values }) => [name, values])));
      });
    },
    dispose: () => loaded.dispose(),
  };
}

function output(results: Results, name: string): Float32Array {
  const values = results.get(name);
  if (!values) throw new RangeError(`Cannot read '${name}': the call does not give it.`);
  return values;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
