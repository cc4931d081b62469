/**
 * A training as one TensorFlow graph: weights, optimizer state and both datasets in variables on the device,
 * and what can be called: load the data, read and write the state, train some steps, evaluate, predict.
 */
import type { ImageDataset } from "../../../data/dataset.ts";
import { parametersOf, sizeOf } from "../../network.ts";
import { placeholder, variable } from "../../graph/ops/sources.ts";
import { evaluation, prediction, type Tables, trainingStep, windowOf } from "../../graph/steps.ts";
import { slotsOf } from "../../graph/update.ts";
import type { TrainingPlan } from "../engine.ts";
import { type Endpoint, graphWriter, type Signature } from "./graph_def.ts";
import { lowering } from "./lower.ts";
import { stepInputs, stepLoop } from "./loop.ts";

/** The sizes a program is built for. */
export interface ProgramSizes {
  /** How many parts a batch is worked on in, side by side. */
  readonly parts: number;
  /** The most steps of one call. */
  readonly stepsPerCall: number;
  /** Samples of one evaluation call. */
  readonly evaluationBatch: number;
  /** Samples of one prediction call. */
  readonly predictionBatch: number;
}

/** A float32 variable of the training's state. */
export interface StateVariable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A program, ready to be saved and loaded. */
export interface Program {
  readonly savedModel: Uint8Array<ArrayBuffer>;
  /** Parameters, then what the optimizer remembers. */
  readonly state: readonly StateVariable[];
  /** The part of the images that the tables hold. */
  readonly window: readonly [height: number, width: number];
  /** Samples of the last, smaller batch of an epoch; 0 if there is none. */
  readonly tailBatch: number;
  /** Samples of the last, smaller evaluation call; 0 if there is none. */
  readonly evaluationTail: number;
}

/** A chain of work is worth its overhead from this many samples on. */
const SAMPLES_A_PART = 8;

/** Builds the program of a plan. */
export function buildProgram(plan: TrainingPlan, sizes: ProgramSizes): Program {
  const { network, optimizer, train, test, batchSize } = plan;
  const writer = graphWriter();
  const signatures: Record<string, Signature> = {};
  const window = windowOf(network);

  const handles = new Map<string, string>();
  const declare = (
    name: string,
    dtype: "float32" | "uint8" | "int32",
    shape: readonly number[],
  ) => {
    const handle = writer.add("VarHandleOp", [], {
      dtype: { type: dtype },
      shape: { shape },
      shared_name: { string: name },
      container: { string: "" },
    }, `variables/${name}`);
    handles.set(name, handle);
    return handle;
  };
  const handle = (name: string): string => {
    const found = handles.get(name);
    if (found === undefined) throw new RangeError(`Cannot find variable '${name}'.`);
    return found;
  };
  const open = (
    name: string,
    dtype: Endpoint["dtype"],
    shape: readonly number[],
  ): Endpoint => ({
    node: writer.add("Placeholder", [], { dtype: { type: dtype }, shape: { shape } }, name),
    dtype,
    shape,
  });
  const zero = () =>
    writer.add("Const", [], {
      dtype: { type: "int32" },
      value: { tensor: { dtype: "int32", shape: [], values: [0] } },
    });
  /** An output that is there when the effects are done. */
  const after = (effects: readonly string[]): Endpoint => ({
    node: writer.add("Identity", [zero(), ...effects.map((effect) => `^${effect}`)], {
      T: { type: "int32" },
    }),
    dtype: "int32",
    shape: [],
  });
  const scalar = (node: string): Endpoint => ({ node, dtype: "float32", shape: [] });
  const read = (
    name: string,
    shape: readonly number[],
    control: readonly string[] = [],
  ): Endpoint => ({
    node: writer.add("ReadVariableOp", [handle(name), ...control], {
      dtype: { type: "float32" },
    }),
    dtype: "float32",
    shape,
  });
  const frame = (fed: Readonly<Record<string, Endpoint>>) => ({
    writer,
    control: [],
    handle,
    fed: (name: string) => fed[name]?.node ?? unfed(name),
  });
  const parts = (count: number) =>
    Math.max(1, Math.min(sizes.parts, Math.floor(count / SAMPLES_A_PART)));

  const state = parametersOf(network).flatMap((parameter) => [
    { name: parameter.name, shape: parameter.shape },
  ]);
  const slots = parametersOf(network).flatMap((parameter) =>
    slotsOf(optimizer, parameter).map((name) => ({ name, shape: parameter.shape }))
  );
  const variables: readonly StateVariable[] = [...state, ...slots];
  for (const { name, shape } of variables) declare(name, "float32", shape);

  // Reading and writing the state.
  const written = variables.map(({ name, shape }) => {
    const value = open(`write/${name}`, "float32", shape);
    const effect = writer.add("AssignVariableOp", [handle(name), value.node], {
      dtype: { type: "float32" },
    });
    return { name, value, effect };
  });
  signatures["write"] = {
    inputs: Object.fromEntries(written.map(({ name, value }) => [name, value])),
    outputs: { done: after(written.map(({ effect }) => effect)) },
  };
  signatures["read"] = {
    inputs: {},
    outputs: Object.fromEntries(variables.map(({ name, shape }) => [name, read(name, shape)])),
  };

  // The resident datasets. Pixels come as one string: the only way to hand over bytes as they are.
  const resident = (dataset: ImageDataset): Tables => {
    const channels = dataset.imageShape[2];
    const types = {
      images: { shape: [dataset.count, ...window, channels], dtype: "uint8" },
      labels: { shape: [dataset.count], dtype: "int32" },
    } as const;
    const name = (table: keyof Tables) => `${dataset.split}/${table}`;
    const pixels = open(`load/${name("images")}`, "string", []);
    const labels = open(`load/${name("labels")}`, "int32", types.labels.shape);
    const decoded = writer.add("DecodeRaw", [pixels.node], {
      out_type: { type: "uint8" },
      little_endian: { bool: true },
    });
    const shape = writer.add("Const", [], {
      dtype: { type: "int32" },
      value: { tensor: { dtype: "int32", shape: [4], values: types.images.shape } },
    });
    const shaped = writer.add("Reshape", [decoded, shape], {
      T: { type: "uint8" },
      Tshape: { type: "int32" },
    });
    const effects = [
      writer.add("AssignVariableOp", [
        declare(name("images"), "uint8", types.images.shape),
        shaped,
      ], { dtype: { type: "uint8" } }),
      writer.add("AssignVariableOp", [
        declare(name("labels"), "int32", types.labels.shape),
        labels.node,
      ], { dtype: { type: "int32" } }),
    ];
    signatures[`load/${dataset.split}`] = {
      inputs: { images: pixels, labels },
      outputs: { done: after(effects) },
    };
    return {
      images: variable(name("images"), types.images),
      labels: variable(name("labels"), types.labels),
    };
  };
  const trainTables = resident({ ...train, split: "train" });
  const testTables = resident({ ...test, split: "test" });

  // Training: full batches in a loop.
  if (train.count >= batchSize) {
    const metrics = [sizes.stepsPerCall];
    const losses = declare("steps/losses", "float32", metrics);
    const correct = declare("steps/correct", "float32", metrics);
    const cleared = [losses, correct].map((metric) => {
      const zeros = writer.add("Const", [], {
        dtype: { type: "float32" },
        value: { tensor: { dtype: "float32", shape: metrics, values: [0] } },
      });
      return writer.add("AssignVariableOp", [metric, zeros], { dtype: { type: "float32" } });
    });
    signatures["clear"] = { inputs: {}, outputs: { done: after(cleared) } };
    const inputs = {
      order: open("steps/order", "int32", [-1]),
      count: open("steps/count", "int32", []),
      firstStep: open("steps/firstStep", "int32", []),
      learningRate: open("steps/learningRate", "float32", []),
    };
    const done = stepLoop(
      writer,
      {
        order: inputs.order.node,
        count: inputs.count.node,
        firstStep: inputs.firstStep.node,
        learningRate: inputs.learningRate.node,
        handle,
        losses,
        correct,
      },
      batchSize,
      (step) => trainingStep(plan, trainTables, step, parts(batchSize)),
    );
    signatures["steps"] = {
      inputs,
      outputs: {
        losses: read("steps/losses", metrics, [`^${done}`]),
        correct: read("steps/correct", metrics, [`^${done}`]),
      },
    };
  }

  // The epoch's last batch, where it is smaller.
  const tailBatch = train.count % batchSize;
  if (tailBatch > 0) {
    const inputs = {
      order: open("tail/order", "int32", [tailBatch]),
      step: open("tail/step", "int32", []),
      learningRate: open("tail/learningRate", "float32", []),
    };
    const step = trainingStep(plan, trainTables, stepInputs(tailBatch), parts(tailBatch));
    const { node, update } = lowering(frame(inputs));
    const effects = step.updates.map((change) => `^${update(change)}`);
    const settled = (name: string) =>
      writer.add("Identity", [name, ...effects], { T: { type: "float32" } });
    signatures["tail"] = {
      inputs,
      outputs: {
        losses: scalar(settled(node(step.loss))),
        correct: scalar(settled(node(step.correct))),
      },
    };
  }

  // Evaluation of the test set, a slice a call.
  const evaluationBatch = Math.min(sizes.evaluationBatch, test.count);
  const evaluationTail = test.count % evaluationBatch;
  for (
    const [name, count] of [["evaluate", evaluationBatch], [
      "evaluateTail",
      evaluationTail,
    ]] as const
  ) {
    if (count === 0) continue;
    const inputs = { order: open(`${name}/order`, "int32", [count]) };
    const order = placeholder("order", { shape: [count], dtype: "int32" });
    const { loss, correct } = evaluation(network, testTables, order, parts(count));
    const { node } = lowering(frame(inputs));
    signatures[name] = {
      inputs,
      outputs: { loss: scalar(node(loss)), correct: scalar(node(correct)) },
    };
  }

  // Prediction: whole images, one at a time or many.
  for (const [name, count] of [["predictOne", 1], ["predict", sizes.predictionBatch]] as const) {
    const shape = [count, ...network.inputShape];
    const inputs = { pixels: open(`${name}/pixels`, "int32", shape) };
    const probabilities = prediction(network, placeholder("pixels", { shape, dtype: "int32" }));
    const { node } = lowering(frame(inputs));
    signatures[name] = {
      inputs,
      outputs: {
        probabilities: { node: node(probabilities), dtype: "float32", shape: probabilities.shape },
      },
    };
  }

  return {
    savedModel: writer.savedModel(signatures),
    state: variables,
    window,
    tailBatch,
    evaluationTail,
  };
}

/** Cuts a dataset's images to a window: bytes, [count, height, width, channels]. */
export function cutImages(
  dataset: ImageDataset,
  [height, width]: readonly [number, number],
): Uint8Array {
  const [fullHeight, fullWidth, channels] = dataset.imageShape;
  if (height === fullHeight && width === fullWidth) return dataset.images;
  const row = width * channels;
  const fullRow = fullWidth * channels;
  const fullImage = fullHeight * fullRow;
  const cut = new Uint8Array(dataset.count * sizeOf([height, width, channels]));
  let at = 0;
  for (let sample = 0; sample < dataset.count; sample++) {
    for (let y = 0; y < height; y++) {
      const from = sample * fullImage + y * fullRow;
      for (let x = 0; x < row; x++) cut[at++] = dataset.images[from + x] ?? 0;
    }
  }
  return cut;
}

function unfed(name: string): never {
  throw new RangeError(`Cannot lower the program: nothing feeds '${name}'.`);
}
