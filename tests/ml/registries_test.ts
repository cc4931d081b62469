/** The registries of layers, losses and optimizers: whatever they list works everywhere. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isSupported } from "../../ml/engines/wasm/lower.ts";
import { placeholder, variable } from "../../ml/graph/ops/sources.ts";
import { topologicalOrder } from "../../ml/graph/rewrite.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import { isLoss, LOSSES } from "../../ml/losses/losses.ts";
import { isLayer, type Layer, type LayerKind, LAYERS } from "../../ml/network/layers.ts";
import { initialParameters } from "../../ml/network/init.ts";
import { inferShapes, type Network, parametersOf } from "../../ml/network/network.ts";
import { summarize } from "../../ml/network/summary.ts";
import {
  isOptimizer,
  type Optimizer,
  optimizerDefinition,
  type OptimizerKind,
  optimizerName,
  OPTIMIZERS,
  optimizerStateNames,
} from "../../ml/optimizers/optimizers.ts";
import { buildUpdates } from "../../ml/optimizers/updates.ts";
import { buildPrediction } from "../../ml/training/step.ts";

/** An example of every layer. */
const LAYER_EXAMPLES: { readonly [Kind in LayerKind]: Extract<Layer, { kind: Kind }> } = {
  conv2d: { kind: "conv2d", name: "x", outChannels: 2, kernelSize: 3 },
  relu: { kind: "relu", name: "x" },
  maxPool2d: { kind: "maxPool2d", name: "x", size: 2 },
  flatten: { kind: "flatten", name: "x" },
  linear: { kind: "linear", name: "x", outFeatures: 3 },
  dropout: { kind: "dropout", name: "x", rate: 0.5 },
  dropout2d: { kind: "dropout2d", name: "x", rate: 0.5 },
  logSoftmax: { kind: "logSoftmax", name: "x" },
};

/** An example of every optimizer. */
const OPTIMIZER_EXAMPLES: {
  readonly [Kind in OptimizerKind]: Extract<Optimizer, { kind: Kind }>;
} = {
  sgd: { kind: "sgd", momentum: 0.5 },
  adam: { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/** A classifier with a layer on the images, or on vectors if it cannot read images. */
function networkWith(layer: Layer): Network {
  const flatten: Layer = { kind: "flatten", name: "flatten" };
  const linear: Layer = { kind: "linear", name: "classes", outFeatures: 10 };
  const network = (layers: readonly Layer[]): Network => ({
    name: "made up",
    inputShape: [6, 6, 2],
    normalization: { mean: 0.5, std: 0.25 },
    layers,
    loss: "crossEntropy",
  });
  const onImages = network([layer, flatten, linear]);
  try {
    inferShapes(onImages);
    return onImages;
  } catch {
    return network([flatten, layer, linear]);
  }
}

describe("the registry of layers", () => {
  for (const [kind, layer] of Object.entries(LAYER_EXAMPLES)) {
    const network = networkWith(layer);

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

    it(`reads ${kind} from a file, and refuses one with a wrong attribute`, () => {
      assert(isLayer(JSON.parse(JSON.stringify(layer))));
      assert(!isLayer({ ...layer, madeUp: 1 }));
      for (const attribute of Object.keys(LAYERS[layer.kind].attributes)) {
        assert(!isLayer({ ...layer, [attribute]: -1 }), attribute);
      }
    });
  }
});

describe("the registry of losses", () => {
  for (const [kind, { build }] of Object.entries(LOSSES)) {
    it(`builds ${kind} as one number per sample`, () => {
      const output = placeholder("output", { shape: [4, 10], dtype: "float32" });
      const labels = placeholder("labels", { shape: [4], dtype: "int32" });
      assertEquals(build(output, labels).shape, [4]);
      assert(isLoss(kind) && !isLoss(`${kind}!`));
    });
  }
});

describe("the registry of optimizers", () => {
  const weight = variable("w", { shape: [3], dtype: "float32" });
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

    it(`reads ${kind} from a file, and refuses one with a wrong setting`, () => {
      assert(isOptimizer(JSON.parse(JSON.stringify(optimizer))));
      assert(!isOptimizer({ ...optimizer, madeUp: 1 }));
      for (const setting of Object.keys(OPTIMIZERS[optimizer.kind].settings)) {
        assert(!isOptimizer({ ...optimizer, [setting]: -1 }), setting);
      }
    });
  }

  it("names optimizers and their state", () => {
    assertEquals(optimizerName({ kind: "sgd", momentum: 0 }), "SGD");
    assertEquals(optimizerName(OPTIMIZER_EXAMPLES.sgd), "SGD, momentum 0.5");
    assertEquals(optimizerName(OPTIMIZER_EXAMPLES.adam), "Adam");
    assertEquals(optimizerStateNames(OPTIMIZER_EXAMPLES.adam, "w"), [
      "w/exp_avg",
      "w/exp_avg_sq",
    ]);
  });

  it("leaves one fused update of every optimizer that engines have a kernel for", () => {
    const kinds = [{ kind: "sgd", momentum: 0 } as const, ...Object.values(OPTIMIZER_EXAMPLES)]
      .map((optimizer) => {
        const gradient = placeholder("g", { shape: [3], dtype: "float32" });
        const weights = [{ name: "w", weight, gradient }];
        return buildUpdates(optimizer, weights, inputs).map(({ kind }) => kind);
      });
    assertEquals(kinds, [["gradientDescent"], ["momentum"], ["adam"]]);
  });
});
