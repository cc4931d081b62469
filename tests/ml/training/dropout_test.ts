/** Dropout as PyTorch has it: scaled in training, absent in evaluation, whole channels in two dimensions. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { forward } from "../../../ml/network/forward.ts";
import { dropoutMask, placeholder } from "../../../ml/graph/ops/sources.ts";
import { topologicalOrder } from "../../../ml/graph/rewrite.ts";
import { buildPrediction } from "../../../ml/training/step.ts";
import type { Network } from "../../../ml/network/network.ts";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { compute } from "../support/tensorflow.ts";
import type { Layer } from "../../../ml/network/layers.ts";

const step = placeholder("step", { shape: [], dtype: "int32" });
const at = (number: number) => ({ step: Int32Array.of(number) });

async function mask(shape: readonly number[], rate: number, key: number, number: number) {
  const [values = new Float32Array()] = await compute(
    [dropoutMask(step, shape, rate, key)],
    at(number),
  );
  return values;
}

/** Output of a layer alone for ones, in a batch of `batchSize`, from row `begin` on. */
async function dropped(layer: Layer, rows: number, begin = 0, batchSize = rows) {
  const network: Network = { ...RECIPES.BASIC_CNN.network, inputShape: [6, 5, 8], layers: [layer] };
  const images = placeholder("images", { shape: [rows, 6, 5, 8], dtype: "float32" });
  const { output } = forward(network, images, () => images, { seed: 3, step, batchSize, begin });
  const ones = new Float32Array(rows * 240).fill(1);
  const [values = new Float32Array()] = await compute([output], { ...at(1), images: ones });
  return values;
}

describe("a dropout mask", () => {
  it("holds zeros and 1 / (1 - rate), in the rate's proportion", async () => {
    for (const rate of [0.25, 0.5]) {
      const values = await mask([400, 250], rate, 5, 1);
      assertEquals(new Set(values), new Set([0, Math.fround(1 / (1 - rate))]));
      const zeros = values.filter((value) => value === 0).length / values.length;
      // Six standard deviations of 100,000 draws.
      assert(Math.abs(zeros - rate) < 6 * Math.sqrt((rate * (1 - rate)) / values.length));
    }
  });

  it("is the same for the same key and step, and another for every other", async () => {
    const first = await mask([64], 0.5, 5, 1);
    assertEquals(await mask([64], 0.5, 5, 1), first);
    assertNotEquals(await mask([64], 0.5, 5, 2), first);
    assertNotEquals(await mask([64], 0.5, 6, 1), first);
  });
});

describe("the layers", () => {
  const dropout: Layer = { kind: "dropout", name: "dropout", p: 0.5 };
  const dropout2d: Layer = { kind: "dropout2d", name: "dropout", p: 0.5 };

  it("dropout zeroes single values", async () => {
    const values = await dropped(dropout, 4);
    const channel = values.filter((_, position) => position % 8 === 0);
    assertEquals(new Set(channel), new Set([0, 2]));
  });

  it("dropout2d zeroes whole channels of a sample, others in other samples", async () => {
    const values = await dropped(dropout2d, 16);
    const kept = Array.from({ length: 16 }, (_, sample) => {
      const image = values.subarray(sample * 240, (sample + 1) * 240);
      return Array.from({ length: 8 }, (_, channel) => {
        const found = new Set(image.filter((_, position) => position % 8 === channel));
        assertEquals(found.size, 1, "a channel is kept or dropped as a whole");
        return [...found][0];
      }).join();
    });
    assert(new Set(kept).size > 1);
    assertEquals(new Set(values), new Set([0, 2]));
  });

  it("a part of the batch gets its rows of the whole batch's mask", async () => {
    for (const layer of [dropout, dropout2d]) {
      const whole = await dropped(layer, 8);
      const half = await dropped(layer, 4, 4, 8);
      assertEquals(half, whole.subarray(4 * 240));
    }
  });

  it("two dropouts of one network draw different numbers", async () => {
    const network: Network = {
      ...RECIPES.BASIC_CNN.network,
      inputShape: [6, 5, 8],
      layers: [dropout, { ...dropout, name: "second" }],
    };
    const images = placeholder("images", { shape: [4, 6, 5, 8], dtype: "float32" });
    const training = { seed: 3, step, batchSize: 4, begin: 0 };
    const { output } = forward(network, images, () => images, training);
    const [values] = await compute([output], { ...at(1), images: new Float32Array(960).fill(1) });
    const kept = values?.filter((value) => value === 4).length ?? 0;
    assert(kept > 150 && kept < 330, `a quarter of 960 must be kept by both, got ${kept}`);
  });

  it("evaluation and prediction have no dropout", () => {
    const pixels = placeholder("pixels", { shape: [1, 28, 28, 1], dtype: "int32" });
    const kinds = topologicalOrder([
      buildPrediction(RECIPES.DROPOUT_CNN.network, pixels).probabilities,
    ]).map((
      { kind },
    ) => kind);
    assert(kinds.includes("maxPool2d") && !kinds.includes("dropoutMask"));
  });
});
