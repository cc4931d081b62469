/** The rewrites of the graph: each applied to every recipe, none changing a number. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { randomStream } from "../../../data/random.ts";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { forward } from "../../../ml/network/forward.ts";
import { sumAll } from "../../../ml/graph/ops/arithmetic.ts";
import { argMax, equal } from "../../../ml/graph/ops/classification.ts";
import { maxPool2d } from "../../../ml/graph/ops/image.ts";
import { placeholder, variable } from "../../../ml/graph/ops/sources.ts";
import { fuseLogSoftmax } from "../../../ml/graph/passes/fuse_log_softmax.ts";
import { poolFirst } from "../../../ml/graph/passes/pool_first.ts";
import { receptiveField } from "../../../ml/graph/receptive_field.ts";
import { rewrite, type RewriteRule, topologicalOrder } from "../../../ml/graph/rewrite.ts";
import { buildTrainingStep, windowOf } from "../../../ml/training/step.ts";
import type { Tensor } from "../../../ml/graph/tensor.ts";
import { type Loss, lossDefinition } from "../../../ml/losses/losses.ts";
import { initialParameters } from "../../../ml/network/init.ts";
import { layers } from "../../../ml/network/parse.ts";
import { type Network, parameterLayouts, parametersOf } from "../../../ml/network/network.ts";
import { RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
import { compute, distance } from "../support/tensorflow.ts";

const BATCH = 4;

interface Scored {
  readonly network: Network;
  readonly loss: Loss;
}

/** A network's loss and hits for a batch, and the placeholders of its parameters. */
function scored({ network, loss: criterion }: Scored, size = network.inputShape) {
  const parameters = new Map(
    parametersOf(network).map(({ name, shape }) => [
      name,
      placeholder(name, { shape, dtype: "float32" }),
    ]),
  );
  const images = placeholder("images", { shape: [BATCH, ...size], dtype: "float32" });
  const labels = placeholder("labels", { shape: [BATCH], dtype: "int32" });
  const { output } = forward(network, images, (name) => parameters.get(name) ?? images);
  const loss = sumAll(lossDefinition(criterion).build(criterion, output, labels).losses);
  const correct = sumAll(equal(argMax(output), labels));
  return { loss, correct, wanted: [...parameters.values()] };
}

/** The loss, the hits and all gradients, after a rewrite. */
function results(
  recipe: Scored,
  rule: RewriteRule,
  size = recipe.network.inputShape,
): readonly Tensor[] {
  const { loss, correct, wanted } = scored(recipe, size);
  const [fast = loss, hits = correct] = rewrite([loss, correct], rule);
  return [fast, hits, ...gradients(fast, wanted)];
}

/** The initial parameters and a batch of noise, cut to [height, width]. */
function feeds(network: Network, [height = 1, width = 1, channels = 1] = network.inputShape) {
  const layouts = parameterLayouts(network);
  const [fullHeight = 1, fullWidth = 1] = network.inputShape;
  const stream = randomStream(2, "init");
  const pixels = Array.from({ length: BATCH * fullHeight * fullWidth }, () => stream.uniform(0, 1));
  const images = pixels.filter((_, position) =>
    position % fullWidth < width && Math.floor(position / fullWidth) % fullHeight < height
  );
  assertEquals(channels, 1);
  return {
    ...Object.fromEntries(
      initialParameters(network, 1).map((
        { name, values },
      ) => [name, layouts.get(name)?.fromTorch(values) ?? values]),
    ),
    images: Float32Array.from(images),
    labels: Int32Array.of(3, 1, 4, 1),
  };
}

/** Everything that a training step of a recipe computes. */
function stepOf({ network, loss }: Scored): readonly Tensor[] {
  const step = buildTrainingStep(
    { network, loss, optimizer: RECIPES.BASIC_CNN.optimizer, seed: 1 },
    {
      images: variable("images", { shape: [9, ...network.inputShape], dtype: "uint8" }),
      labels: variable("labels", { shape: [9], dtype: "int32" }),
    },
    {
      order: placeholder("order", { shape: [BATCH], dtype: "int32" }),
      step: placeholder("step", { shape: [], dtype: "int32" }),
      learningRate: placeholder("learningRate", { shape: [], dtype: "float32" }),
    },
    2,
  );
  const changes = step.updates.map((update) =>
    update.kind === "assign" ? update.value : update.gradient
  );
  return topologicalOrder([step.loss, step.correct, ...changes]);
}

const nothing: RewriteRule = () => undefined;

for (const recipe of RECIPE_NAMES) {
  const definition = RECIPES[recipe];
  const { network } = definition;

  describe(`the passes on ${recipe}`, () => {
    it("poolFirst changes no bit of the loss and no gradient beyond rounding", async () => {
      const plain = await compute(results(definition, nothing), feeds(network));
      const pooled = await compute(results(definition, poolFirst), feeds(network));
      assertEquals(pooled[0], plain[0]);
      assertEquals(pooled[1], plain[1]);
      for (const [position, gradient] of plain.entries()) {
        const off = distance(pooled[position] ?? [], gradient);
        assert(off < 1e-5, `result ${position} is off by ${off}`);
      }
    });

    it("poolFirst leaves no rectifier and no bias before a pooling, in the step as it is built", () => {
      const pooled = stepOf(definition).filter(({ kind }) => kind === "maxPool2d");
      assert(pooled.length > 0);
      assertEquals([...new Set(pooled.map(({ inputs }) => inputs[0]?.kind))], ["conv2d"]);
    });

    it("fuseLogSoftmax changes the loss and its gradients by rounding at most", async () => {
      const plain = await compute(results(definition, nothing), feeds(network));
      const fused = await compute(results(definition, fuseLogSoftmax), feeds(network));
      for (const [position, expected] of plain.entries()) {
        const off = distance(fused[position] ?? [], expected);
        assert(off < 1e-5, `result ${position} is off by ${off}`);
      }
    });

    it("fuseLogSoftmax leaves no log-softmax in the step as it is built", () => {
      const kinds = new Set(stepOf(definition).map(({ kind }) => kind));
      assert(kinds.has("softmaxCrossEntropy"));
      assert(!kinds.has("logSoftmax") && !kinds.has("negativeLogLikelihood"));
    });

    it("the images cut to what is read give the same loss and gradients", async () => {
      const [height, width] = windowOf(network);
      const cut = [height, width, network.inputShape[2] ?? 1] as const;
      const whole = await compute(results(definition, poolFirst), feeds(network));
      const windowed = await compute(results(definition, poolFirst, cut), feeds(network, cut));
      for (const [position, expected] of whole.entries()) {
        const off = distance(windowed[position] ?? [], expected);
        assert(off < 1e-6, `result ${position} is off by ${off}`);
      }
    });
  });
}

describe("windowOf()", () => {
  it("drops the rows and columns that pooling never reads", () => {
    assertEquals(windowOf(RECIPES.BASIC_CNN.network), [26, 26]);
    assertEquals(windowOf(RECIPES.DROPOUT_CNN.network), [28, 28]);
    assertEquals(windowOf(RECIPES.WIDE_KERNEL_CNN.network), [28, 28]);
  });

  it("keeps the whole image where something reads it whole", () => {
    const network: Network = {
      ...RECIPES.BASIC_CNN.network,
      layers: layers([{ flatten: {} }, { linear: {} }]),
    };
    assertEquals(windowOf(network), [28, 28]);
  });

  it("takes the largest window where several readers want different ones", () => {
    const images = placeholder("images", { shape: [1, 11, 11, 1], dtype: "float32" });
    const outputs = [4, 2, 3].map((size) => sumAll(maxPool2d(images, size)));
    assertEquals(receptiveField(outputs, images), [10, 10]);
  });
});
