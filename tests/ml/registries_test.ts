/** The registries of layers, losses and optimizers: whatever they list works everywhere. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isSupported } from "../../ml/engines/wasm/lower.ts";
import { placeholder, variable } from "../../ml/graph/ops/sources.ts";
import { topologicalOrder } from "../../ml/graph/rewrite.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import { type Loss, lossDefinition, LOSSES, type LossKind } from "../../ml/losses/losses.ts";
import { type LayerKind, LAYERS } from "../../ml/network/layers.ts";
import { type LayerInput, layers } from "../../ml/network/parse.ts";
import { toInput } from "../../ml/options/kinds.ts";
import { parseKind } from "../../ml/options/parse.ts";
import type { Problem } from "../../ml/options/problem.ts";
import { initialParameters } from "../../ml/network/init.ts";
import { inferShapes, type Network, parametersOf } from "../../ml/network/network.ts";
import { summarize } from "../../ml/network/summary.ts";
import {
  type Optimizer,
  optimizerDefinition,
  type OptimizerKind,
  optimizerName,
  OPTIMIZERS,
  optimizerStateNames,
} from "../../ml/optimizers/optimizers.ts";
import { buildUpdates } from "../../ml/optimizers/updates.ts";
import { buildPrediction } from "../../ml/training/step.ts";

const LINEAR: LayerInput = { linear: { outFeatures: 3 } };

/** An example of every layer. */
const LAYER_EXAMPLES: { readonly [Kind in LayerKind]: LayerInput } = {
  conv2d: { conv2d: { outChannels: 4, kernelSize: 3, stride: 2, padding: [1, 0], groups: 2 } },
  linear: LINEAR,
  flatten: { flatten: {} },
  identity: { identity: { name: "x" } },
  batchNorm2d: { batchNorm2d: {} },
  batchNorm1d: { batchNorm1d: { affine: false } },
  layerNorm: { layerNorm: {} },
  groupNorm: { groupNorm: { numGroups: 2 } },
  maxPool2d: { maxPool2d: { kernelSize: 3, stride: 2, padding: 1, ceilMode: true } },
  avgPool2d: { avgPool2d: { kernelSize: [2, 3], stride: 1, countIncludePad: false } },
  globalAvgPool: { globalAvgPool: {} },
  globalMaxPool: { globalMaxPool: {} },
  relu: { relu: {} },
  relu6: { relu6: {} },
  leakyRelu: { leakyRelu: { negativeSlope: 0.2 } },
  elu: { elu: { alpha: 0.5 } },
  gelu: { gelu: {} },
  silu: { silu: {} },
  hardswish: { hardswish: {} },
  sigmoid: { sigmoid: {} },
  tanh: { tanh: {} },
  softmax: { softmax: {} },
  logSoftmax: { logSoftmax: {} },
  dropout: { dropout: {} },
  dropout2d: { dropout2d: { p: 0.2 } },
  residual: { residual: { body: [{ relu: {} }], shortcut: [{ identity: {} }] } },
  parallel: {
    parallel: { merge: "ADD", branches: [{ layers: [{ relu: {} }] }, { name: "b", layers: [] }] },
  },
  repeat: { repeat: { times: 2, layers: [{ relu: {} }] } },
  sequence: { sequence: { layers: [{ relu: {} }, { identity: {} }] } },
};

const ADAM = {
  kind: "adam",
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
} as const;

/** An example of every optimizer. */
const OPTIMIZER_EXAMPLES: {
  readonly [Kind in OptimizerKind]: Extract<Optimizer, { kind: Kind }>;
} = {
  sgd: { kind: "sgd", momentum: 0.5, dampening: 0, weightDecay: 0, nesterov: false },
  adam: ADAM,
  adamW: { ...ADAM, kind: "adamW", weightDecay: 0.01 },
  rmsProp: {
    kind: "rmsProp",
    alpha: 0.99,
    eps: 1e-8,
    momentum: 0.5,
    centered: true,
    weightDecay: 0,
  },
  adagrad: { kind: "adagrad", lrDecay: 0, eps: 1e-10, weightDecay: 0 },
};

/** An example of every loss. */
const LOSS_EXAMPLES: { readonly [Kind in LossKind]: Extract<Loss, { kind: Kind }> } = {
  crossEntropy: { kind: "crossEntropy", labelSmoothing: 0.1, classWeights: null },
  nll: { kind: "nll", classWeights: null },
};

/** A classifier with a layer on the images, or on vectors if it cannot read images. */
function networkWith(layer: LayerInput): Network {
  const network = (...list: readonly LayerInput[]): Network => ({
    name: "made up",
    inputShape: [6, 6, 2],
    normalization: { mean: [0.5, 0.25], std: [0.25, 0.25] },
    layers: layers(list),
  });
  const onImages = network(layer, { flatten: {} }, { linear: { outFeatures: 10 } });
  try {
    inferShapes(onImages);
    return onImages;
  } catch {
    return network({ flatten: {} }, layer, { linear: { outFeatures: 10 } });
  }
}

/** Parses a value as a file has it, with options changed. */
function read(
  kinds: Parameters<typeof parseKind>[0],
  value: { readonly kind: string },
  change: Readonly<Record<string, unknown>> = {},
) {
  const problems: Problem[] = [];
  const { [value.kind]: options = {} } = toInput(kinds, value);
  const input = JSON.parse(JSON.stringify({ [value.kind]: { ...options, ...change } }));
  const parsed = parseKind(kinds, "value", input, [], { layers: LAYERS, problems });
  return { parsed, problems };
}

describe("the registry of layers", () => {
  for (const [kind, example] of Object.entries(LAYER_EXAMPLES)) {
    const network = networkWith(example);
    const [layer] = layers([example]);
    assert(layer);

    it(`infers the shape that the graph of ${kind} has`, () => {
      const pixels = placeholder("pixels", { shape: [4, 6, 6, 2], dtype: "float32" });
      assertEquals(buildPrediction(network, pixels).probabilities.shape, [4, 10]);
    });

    it(`runs ${kind} in WebAssembly`, () => {
      const pixels = placeholder("pixels", { shape: [4, 6, 6, 2], dtype: "float32" });
      const { predicted, probabilities } = buildPrediction(network, pixels);
      const missing = topologicalOrder([predicted, probabilities])
        .filter((node) => !isSupported(node.kind));
      assertEquals(missing, []);
    });

    it(`initialises and lays out the parameters of ${kind}`, () => {
      const parameters = parametersOf(network);
      for (const [position, { name, values, shape }] of initialParameters(network, 1).entries()) {
        const layout = parameters[position]?.layout;
        assertEquals(values.length, elementCount(shape), name);
        assertEquals(layout?.toTorch(layout.fromTorch(values)), values, name);
      }
    });

    it(`sums ${kind} up under PyTorch's name`, () => {
      const { torchName } = LAYERS[layer.kind];
      assert(summarize(network).layers.some((summary) => summary.kind === torchName));
    });

    it(`reads ${kind} from a file, and refuses one with an unknown or a wrong option`, () => {
      assertEquals(read(LAYERS, layer), { parsed: layer, problems: [] });
      assertEquals(read(LAYERS, layer, { madeUp: 1 }).problems.length, 1);
      for (const option of Object.keys(LAYERS[layer.kind].options)) {
        const [problem] = read(LAYERS, layer, { [option]: -1 }).problems;
        assertEquals(problem?.path.slice(0, 2), [kind, option]);
      }
    });
  }
});

describe("the registry of losses", () => {
  for (const [kind, loss] of Object.entries(LOSS_EXAMPLES)) {
    it(`builds ${kind} as one number per sample`, () => {
      const output = placeholder("output", { shape: [4, 10], dtype: "float32" });
      const labels = placeholder("labels", { shape: [4], dtype: "int32" });
      assertEquals(lossDefinition(loss).build(loss, output, labels).losses.shape, [4]);
      assertEquals(read(LOSSES, loss), { parsed: loss, problems: [] });
    });

    it(`gives ${kind} the weights of the samples, by which evaluations divide it`, () => {
      const output = placeholder("output", { shape: [4, 3], dtype: "float32" });
      const labels = placeholder("labels", { shape: [4], dtype: "int32" });
      const weighted = { ...loss, classWeights: { kind: "values", values: [1, 2, 4] } } as const;
      const { weights } = lossDefinition(weighted).build(weighted, output, labels);
      assertEquals(weights?.shape, [4]);
    });
  }
});

describe("the registry of optimizers", () => {
  const weight = variable("w", { shape: [3], dtype: "float32" });
  const PLAIN_SGD = { ...OPTIMIZER_EXAMPLES.sgd, momentum: 0 };
  const inputs = {
    learningRate: placeholder("learningRate", { shape: [], dtype: "float32" }),
    step: placeholder("step", { shape: [], dtype: "int32" }),
  };

  for (const [kind, optimizer] of Object.entries(OPTIMIZER_EXAMPLES)) {
    it(`gives ${kind} a next value of the weight and of each state array`, () => {
      const { rule, stateNames } = optimizerDefinition(optimizer);
      const state = stateNames(optimizer).map((name) =>
        variable(name, { shape: [3], dtype: "float32" })
      );
      const gradient = placeholder("g", { shape: [3], dtype: "float32" });
      const next = rule(optimizer, inputs)(weight, gradient, state);
      assertEquals([next.weight, ...next.state].map(({ shape }) => shape), [
        [3],
        ...state.map(() => [3]),
      ]);
    });

    it(`reads ${kind} from a file, and refuses one with an unknown or a wrong option`, () => {
      assertEquals(read(OPTIMIZERS, optimizer), { parsed: optimizer, problems: [] });
      assertEquals(read(OPTIMIZERS, optimizer, { madeUp: 1 }).problems.length, 1);
      for (const option of Object.keys(OPTIMIZERS[optimizer.kind].options)) {
        assertEquals(read(OPTIMIZERS, optimizer, { [option]: -1 }).problems.length, 1, option);
      }
    });
  }

  it("names optimizers and their state", () => {
    assertEquals(optimizerName(PLAIN_SGD), "SGD");
    assertEquals(optimizerName(OPTIMIZER_EXAMPLES.sgd), "SGD, momentum 0.5");
    assertEquals(
      optimizerName({ ...OPTIMIZER_EXAMPLES.sgd, nesterov: true, weightDecay: 5e-4 }),
      "SGD, Nesterov momentum 0.5, weight decay 0.0005",
    );
    assertEquals(optimizerName(OPTIMIZER_EXAMPLES.adam), "Adam");
    assertEquals(optimizerName(OPTIMIZER_EXAMPLES.adamW), "AdamW, weight decay 0.01");
    assertEquals(optimizerName(OPTIMIZER_EXAMPLES.rmsProp), "RMSprop, momentum 0.5, centered");
    assertEquals(optimizerStateNames(OPTIMIZER_EXAMPLES.adam, "w"), ["w/exp_avg", "w/exp_avg_sq"]);
  });

  it("leaves one fused update of every optimizer that engines have a kernel for", () => {
    const { sgd, adam, adamW } = OPTIMIZER_EXAMPLES;
    const kinds = [PLAIN_SGD, sgd, { ...sgd, nesterov: true }, adam, adamW]
      .map((optimizer) => {
        const gradient = placeholder("g", { shape: [3], dtype: "float32" });
        const weights = [{ name: "w", weight, gradient }];
        return buildUpdates(optimizer, weights, inputs).map(({ kind }) => kind);
      });
    assertEquals(kinds, [["gradientDescent"], ["momentum"], ["momentum"], ["adam"], ["adam"]]);
  });
});
