/**
 * The three graphs of a network: a training step, an evaluation of some samples, a prediction. They are made
 * for a batch size and a number of parts: a batch may be worked on in several parts side by side, whose
 * gradients are added. The passes in passes/ are applied here, for every network.
 */
import {
  buffersOf,
  mixesSamples,
  type Network,
  parametersOf,
  smallestBatch,
} from "../network/network.ts";
import { gradients } from "../graph/autodiff.ts";
import { forward, normalize, type Parameters } from "../network/forward.ts";
import { augment } from "../augmentation/build.ts";
import type { Augmentation } from "../augmentation/augmentations.ts";
import { addN, divide, multiply, sumAll } from "../graph/ops/arithmetic.ts";
import { argMax, equal, softmax } from "../graph/ops/classification.ts";
import { gatherRows, sliceRows } from "../graph/ops/data.ts";
import { maximum } from "../graph/ops/functions.ts";
import { constant, placeholder, variable } from "../graph/ops/sources.ts";
import { fuseLogSoftmax } from "../graph/passes/fuse_log_softmax.ts";
import { poolFirst } from "../graph/passes/pool_first.ts";
import { receptiveField } from "../graph/receptive_field.ts";
import { rewrite } from "../graph/rewrite.ts";
import { type ReceptiveField, sizeAt, type Tensor } from "../graph/tensor.ts";
import type { Assignment, Update } from "../graph/update.ts";
import { type Loss, lossDefinition } from "../losses/losses.ts";
import { clipGradients } from "../optimizers/clipping.ts";
import type { Optimizer } from "../optimizers/optimizers.ts";
import { buildUpdates } from "../optimizers/updates.ts";
import type { TrainingMode } from "../network/layer.ts";

/** A split's resident tables: images uint8 [count, height, width, channels], labels int32 [count]. */
export interface Tables {
  readonly images: Tensor;
  readonly labels: Tensor;
}

/**
 * The inputs of a training step: its samples, its number from 1, its learning rate and, where it changes, its momentum.
 */
export interface StepInputs {
  /** int32 [batchSize] */
  readonly order: Tensor;
  /** int32 [] */
  readonly step: Tensor;
  /** float32 [] */
  readonly learningRate: Tensor;
  /** The momentum, or Adam's beta1, float32 []; absent where it is the optimizer's own. */
  readonly momentum?: Tensor | undefined;
  /** The numbers that the augmentations draw, float32 [batchSize, drawCount(augmentations)]; absent without any. */
  readonly draws?: Tensor | undefined;
}

/** The sizes of a step's inputs. */
export interface StepSizes {
  readonly batchSize: number;
  /** The numbers that are drawn for each sample. */
  readonly drawCount: number;
}

/** The inputs that a step is built from; each engine feeds them. */
export function stepInputs(
  { batchSize, drawCount }: StepSizes,
  hasMomentum: boolean,
): StepInputs {
  return {
    order: placeholder("order", { shape: [batchSize], dtype: "int32" }),
    step: placeholder("step", { shape: [], dtype: "int32" }),
    learningRate: placeholder("learningRate", { shape: [], dtype: "float32" }),
    momentum: hasMomentum ? placeholder("momentum", { shape: [], dtype: "float32" }) : undefined,
    draws: drawCount > 0
      ? placeholder("draws", { shape: [batchSize, drawCount], dtype: "float32" })
      : undefined,
  };
}

/** The network that a step trains, with its loss, its optimizer and the seed of its random streams. */
export interface StepPlan {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** The largest norm of all gradients together; null or absent for any. */
  readonly gradientClipNorm?: number | null;
  /** The augmentations of the training samples, in their order. */
  readonly augmentation?: readonly Augmentation[];
  readonly seed: number;
}

/** A training step: its metrics and its updates. */
export interface TrainingStep {
  /** Mean loss of the batch, float32 []. */
  readonly loss: Tensor;
  /** Correctly classified samples, float32 []. */
  readonly correct: Tensor;
  readonly updates: readonly Update[];
}

/** The smallest weight that a batch is divided by. */
const SMALLEST_WEIGHT = 1e-30;

/**
 * Returns the part of the images that the network reads, in training or evaluation; the tables need hold no more. Batch
 * norm takes its statistics from all that it is given.
 */
export function windowOf(network: Network): ReceptiveField {
  const batchSize = smallestBatch(network);
  const shape = [batchSize, ...network.inputShape];
  const images = placeholder("images", { shape, dtype: "float32" });
  const step = placeholder("step", { shape: [], dtype: "int32" });
  const parameters = stateVariables(network);
  const modes = [undefined, { seed: 0, step, batchSize, begin: 0 }];
  const outputs = modes.map((training) => forward(network, images, parameters, training).output);
  return receptiveField(outputs, images);
}

/**
 * Builds a training step.
 *
 * @param parts the number of parts of the batch that are processed side by side; one where samples depend on each other
 */
export function buildTrainingStep(
  plan: StepPlan,
  tables: Tables,
  { order, step, learningRate, momentum, draws }: StepInputs,
  parts: number,
): TrainingStep {
  const { network, loss, optimizer, gradientClipNorm = null, augmentation = [], seed } = plan;
  const batchSize = sizeAt(order.shape, 0);
  const parameters = parametersOf(network);
  const lookUp = stateVariables(network);
  const wanted = parameters.map(({ name }) => lookUp(name));
  const sums = partsOf(order, mixesSamples(network) ? 1 : parts).map(({ begin, rows }) => {
    const training: TrainingMode = { seed, step, batchSize, begin };
    const drawn = draws && sliceRows(draws, begin, sizeAt(rows.shape, 0));
    const prepare = (images: Tensor) =>
      drawn ? augment(augmentation, images, drawn, windowOf(network)) : images;
    return score({ network, loss }, tables, rows, lookUp, { training, prepare });
  });
  const factor = meanFactor(sums, batchSize);
  const scored = sums.map((part) => {
    const share = multiply(part.loss, factor);
    return { ...part, loss: share, gradients: gradients(share, wanted) };
  });
  const summed = parameters.map((_, position) =>
    addN(scored.flatMap((part) => part.gradients[position] ?? []))
  );
  const clipped = gradientClipNorm === null ? summed : clipGradients(summed, gradientClipNorm);
  const weights = parameters.flatMap(({ name }, position) => {
    const gradient = clipped[position];
    return gradient ? [{ name, weight: lookUp(name), gradient }] : [];
  });
  return {
    loss: addN(scored.map((part) => part.loss)),
    correct: addN(scored.map((part) => part.correct)),
    updates: [
      ...buildUpdates(optimizer, weights, { learningRate, step, momentum }),
      ...scored.flatMap(({ buffers }) => buffers),
    ],
  };
}

/**
 * Builds an evaluation: the sum of the weighted losses, and the classes that the samples are taken for, a part each.
 */
export function buildEvaluation(
  scored: ScoredNetwork,
  tables: Tables,
  order: Tensor,
  parts: number,
): { readonly loss: Tensor; readonly predicted: readonly Tensor[] } {
  const lookUp = stateVariables(scored.network);
  const results = partsOf(order, parts).map(({ rows }) => score(scored, tables, rows, lookUp));
  return {
    loss: addN(results.map((part) => part.loss)),
    predicted: results.map((part) => part.predicted),
  };
}

/** A prediction for some images. */
export interface Prediction {
  /** The network's output, [n, classes]. */
  readonly output: Tensor;
  /** The most probable classes, int32 [n]. Of the output: in the probabilities, rounding makes near values equal. */
  readonly predicted: Tensor;
  /** Class probabilities, [n, classes]. */
  readonly probabilities: Tensor;
}

/**
 * Builds a prediction.
 *
 * @param pixels [n, height, width, channels], 0..255
 */
export function buildPrediction(network: Network, pixels: Tensor): Prediction {
  const plain = forward(network, normalize(network, pixels), stateVariables(network)).output;
  const [output = plain] = rewrite([plain], poolFirst);
  return { output, predicted: argMax(output), probabilities: softmax(output) };
}

function stateVariables(network: Network): Parameters {
  const variables = new Map(
    [...parametersOf(network), ...buffersOf(network)].map(({ name, shape }) => [
      name,
      variable(name, { shape, dtype: "float32" }),
    ]),
  );
  return (name) => {
    const found = variables.get(name);
    if (!found) throw new RangeError(`Cannot find parameter '${name}'.`);
    return found;
  };
}

/** A network with the loss by which it is scored. */
export type ScoredNetwork = Pick<StepPlan, "network" | "loss">;

/** Some samples' scores. */
interface Scored {
  /** The sum of their weighted losses, float32 []. */
  readonly loss: Tensor;
  /** The sum of their weights, float32 []; null where all are 1. */
  readonly weight: Tensor | null;
  /** Number of correctly classified samples, float32 []. */
  readonly correct: Tensor;
  /** The classes that they are taken for, int32 [n]. */
  readonly predicted: Tensor;
  /** Changes of the network's buffers; none in evaluation mode. */
  readonly buffers: readonly Assignment[];
}

/** Options of the scores of a training step; absent in evaluation mode. */
interface ScoreOptions {
  readonly training?: TrainingMode;
  /** Changes the images before they are normalised. */
  readonly prepare?: (images: Tensor) => Tensor;
}

/** Scores some samples. */
function score(
  { network, loss: criterion }: ScoredNetwork,
  tables: Tables,
  rows: Tensor,
  parameters: Parameters,
  { training, prepare = (images) => images }: ScoreOptions = {},
): Scored {
  const labels = gatherRows(tables.labels, rows);
  const images = normalize(network, prepare(gatherRows(tables.images, rows)));
  const { output, buffers } = forward(network, images, parameters, training);
  const { losses, weights } = lossDefinition(criterion).build(criterion, output, labels);
  const loss = sumAll(losses);
  const predicted = argMax(output);
  const correct = sumAll(equal(predicted, labels));
  const [fastLoss = loss, fastCorrect = correct, fastPredicted = predicted, ...values] = rewrite(
    [loss, correct, predicted, ...buffers.values()],
    (node) => poolFirst(node) ?? fuseLogSoftmax(node),
  );
  const assignments = [...buffers.keys()].flatMap((variable, at): readonly Assignment[] => {
    const value = values[at];
    return value ? [{ kind: "assign", variable, value }] : [];
  });
  return {
    loss: fastLoss,
    weight: weights && sumAll(weights),
    correct: fastCorrect,
    predicted: fastPredicted,
    buffers: assignments,
  };
}

/** Builds the factor that makes a mean of the parts' sums: 1 / the weight of the whole batch. */
function meanFactor(parts: readonly Scored[], batchSize: number): Tensor {
  const weights = parts.flatMap(({ weight }) => weight ?? []);
  if (weights.length === 0) return constant(1 / batchSize);
  // A batch whose classes have no weight trains nothing.
  return divide(constant(1), maximum(addN(weights), constant(SMALLEST_WEIGHT)));
}

function partsOf(
  order: Tensor,
  parts: number,
): readonly { readonly begin: number; readonly rows: Tensor }[] {
  const count = sizeAt(order.shape, 0);
  return Array.from({ length: parts }, (_, part) => {
    const begin = Math.floor((part * count) / parts);
    const end = Math.floor(((part + 1) * count) / parts);
    return { begin, rows: sliceRows(order, begin, end - begin) };
  });
}
