/** Models that every format is tried with: all layers and presets, and random lists of layers. */
import fc from "fast-check";
import { randomStream } from "../../data/random.ts";
import { loadNetwork } from "../../ml/engines/wasm/network.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import { initialState } from "../../ml/network/init.ts";
import { inferShapes, isVector, type Network } from "../../ml/network/network.ts";
import { type LayerInput, layers } from "../../ml/network/parse.ts";
import { type Preset, PRESET_NAMES, PRESETS } from "../../ml/network/presets.ts";
import type { TrainedModel } from "../../exports/model.ts";
import { CASES } from "../ml/layers/golden_cases.ts";

/** A model with the images that it is tried on, and our predictor's probabilities. */
export interface TriedModel {
  readonly name: string;
  readonly model: TrainedModel;
  /** Pixels 0..255, [count, height, width, channels], or features. */
  readonly samples: Uint8Array | Float32Array;
  /** [count, classes] */
  readonly probabilities: Float32Array;
}

/** Images that a model is tried on. */
export const IMAGES = 4;

/** Images that are classified at once: more do not fit into WebAssembly's memory with the widest preset. */
const PIECE = 50;

const CLASS_NAMES = ["zero", "one", "two", "three", "four", 'a "quoted" name', "six", "s\u00e9pt"];

/** Makes a model of made-up weights. Running statistics are not those of a new network. */
export function modelOf(network: Network, seed = 1): TrainedModel {
  const stream = randomStream(seed, "init", 1);
  return {
    run: { id: "11111111-2222-3333-4444-555555555555", name: "a run" },
    network,
    weights: initialState(network, seed).map((array) => {
      const { name } = array;
      if (name.endsWith("num_batches_tracked")) return { ...array, values: Float32Array.of(7) };
      const draw = name.endsWith("running_mean")
        ? () => stream.uniform(-0.2, 0.2)
        : name.endsWith("running_var")
        ? () => stream.uniform(0.5, 1.5)
        : undefined;
      return draw ? { ...array, values: array.values.map(draw) } : array;
    }),
    dataset: "mnist",
    classes: Array.from({ length: 10 }, (_, label) => CLASS_NAMES[label] ?? String(label)),
    preprocessing: null,
    epoch: 3,
    step: 12,
    testAcc: 0.93,
  };
}

/** Makes a network that classifies images of a size into ten classes by some layers. */
export function networkOf(
  list: readonly LayerInput[],
  inputShape: Network["inputShape"] = [7, 6, 4],
): Network {
  const channels = inputShape.at(-1) ?? 1;
  return {
    name: "made up",
    inputShape,
    normalization: {
      mean: Array.from({ length: channels }, (_, channel) => 0.3 + channel / 10),
      std: Array.from({ length: channels }, (_, channel) => 0.2 + channel / 20),
    },
    layers: layers(list),
  };
}

/** Tries a model with our own predictor, on some images. */
export async function tryModel(
  name: string,
  model: TrainedModel,
  images = IMAGES,
): Promise<TriedModel> {
  const stream = randomStream(5, "init", 2);
  const values = Float32Array.from(
    { length: images * elementCount(model.network.inputShape) },
    () => stream.uniform(0, 256),
  );
  const samples = isVector(model.network) ? values : Uint8Array.from(values);
  const network = await loadNetwork(model.network, model.weights);
  const size = PIECE * elementCount(model.network.inputShape);
  try {
    const pieces: Float32Array[] = [];
    for (let begin = 0; begin < samples.length; begin += size) {
      const piece = await network.classify(samples.slice(begin, begin + size));
      pieces.push(piece.probabilities);
    }
    return {
      name,
      model,
      samples,
      probabilities: Float32Array.from(pieces.flatMap((piece) => [...piece])),
    };
  } finally {
    network.dispose();
  }
}

/** Lists the models: those of PyTorch's golden cases, the presets and random ones. */
export async function triedModels(): Promise<readonly TriedModel[]> {
  const cases = CASES.map(({ layers: list, input: [channels = 1, height = 1, width = 1] }) =>
    [JSON.stringify(list), classifier(list, [height, width, channels])] as const
  );
  const seed = Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1);
  const random = fc.sample(randomLayers, { seed, numRuns: 40 }).map((list) =>
    [JSON.stringify(list), classifier(list.filter(fits()))] as const
  );
  const vectors = ["vectors", networkOf(PRESETS.MLP.layers, [9])] as const;
  const presets = PRESET_NAMES.map((name) => [name, presetNetwork(name)] as const);
  const tried: TriedModel[] = [];
  for (const [name, network] of [...cases, ...presets, ...random, vectors]) {
    tried.push(await tryModel(name, modelOf(network)));
  }
  return tried;
}

/** Returns the network of a preset for MNIST. */
export function presetNetwork(name: Preset): Network {
  return { ...networkOf(PRESETS[name].layers, [28, 28, 1]), name };
}

/** Adds the layers that classify whatever some layers give. */
function classifier(list: readonly LayerInput[], inputShape?: Network["inputShape"]): Network {
  return networkOf([...list, { flatten: {} }, { linear: { outFeatures: 10 } }], inputShape);
}

/** Returns a filter that leaves out layers which cannot follow those before them. */
function fits(): (layer: LayerInput) => boolean {
  const placed: LayerInput[] = [];
  return (layer) => {
    try {
      inferShapes(networkOf([...placed, layer]));
    } catch {
      return false;
    }
    placed.push(layer);
    return true;
  };
}

const size = fc.integer({ min: 1, max: 3 });
const sizes = fc.tuple(size, size);

const pool = fc.record({
  kernelSize: fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 })),
  stride: sizes,
  padding: fc.tuple(fc.nat(1), fc.nat(1)),
  ceilMode: fc.boolean(),
});

const simple: fc.Arbitrary<LayerInput> = fc.oneof(
  fc.record({
    conv2d: fc.record({
      outChannels: fc.constantFrom(2, 4, 8),
      kernelSize: sizes,
      stride: sizes,
      padding: fc.tuple(fc.nat(2), fc.nat(2)),
      dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      groups: fc.constantFrom(1, 2),
      bias: fc.boolean(),
    }),
  }),
  fc.record({ maxPool2d: pool }),
  pool.chain((options) =>
    fc.boolean().map((countIncludePad) => ({ avgPool2d: { ...options, countIncludePad } }))
  ),
  fc.record({ groupNorm: fc.record({ numGroups: fc.constantFrom(1, 2) }) }),
  fc.record({ batchNorm2d: fc.record({ affine: fc.boolean() }) }),
  fc.constantFrom<LayerInput>(
    { layerNorm: {} },
    { relu: {} },
    { relu6: {} },
    { leakyRelu: { negativeSlope: 0.2 } },
    { elu: { alpha: 0.7 } },
    { gelu: {} },
    { gelu: { approximate: true } },
    { silu: {} },
    { hardswish: {} },
    { sigmoid: {} },
    { tanh: {} },
    { softmax: {} },
    { dropout: {} },
    { dropout2d: {} },
    { identity: {} },
    { flatten: {} },
    { linear: { outFeatures: 5 } },
    { batchNorm1d: {} },
    { logSoftmax: {} },
    { globalAvgPool: {} },
    { globalMaxPool: {} },
  ),
);

const nested: fc.Arbitrary<LayerInput> = fc.oneof(
  { weight: 4, arbitrary: simple },
  simple.map((layer): LayerInput => ({ residual: { body: [layer] } })),
  simple.map((layer): LayerInput => ({ sequence: { name: "inner", layers: [layer] } })),
  simple.map((layer): LayerInput => ({ repeat: { times: 2, layers: [layer] } })),
  fc.tuple(simple, simple, fc.constantFrom("ADD" as const, "CONCAT" as const, "MULTIPLY" as const))
    .map(([a, b, merge]): LayerInput => ({
      parallel: { merge, branches: [{ layers: [a] }, { name: "b", layers: [b, { relu: {} }] }] },
    })),
);

const randomLayers = fc.array(nested, { minLength: 2, maxLength: 8 });
