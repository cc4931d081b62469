/** Random networks: the passes and the cut to the receptive field change no number, whatever strides and padding. */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { randomStream } from "../../../data/random.ts";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { leakyRelu, relu6 } from "../../../ml/graph/ops/activations.ts";
import { add, sum, sumAll } from "../../../ml/graph/ops/arithmetic.ts";
import { concat } from "../../../ml/graph/ops/data.ts";
import { biasAdd, relu } from "../../../ml/graph/ops/dense.ts";
import { averagePool2d, conv2d, maxPool2d } from "../../../ml/graph/ops/image.ts";
import { batchNorm } from "../../../ml/graph/ops/normalization.ts";
import { constant, placeholder } from "../../../ml/graph/ops/sources.ts";
import { poolFirst } from "../../../ml/graph/passes/pool_first.ts";
import { receptiveField } from "../../../ml/graph/receptive_field.ts";
import { rewrite, topologicalOrder } from "../../../ml/graph/rewrite.ts";
import { elementCount, type Shape, type Tensor } from "../../../ml/graph/tensor.ts";
import type { Padding, Pair } from "../../../ml/graph/windows.ts";
import { forAllAsync } from "../../support/for_all.ts";
import { compute, distance } from "../support/tensorflow.ts";

const BATCH = 2;
const CHANNELS = 2;

/** One step of a made-up network, all of whose images have the same number of channels. */
type Step =
  | {
    readonly kind: "conv" | "max" | "average";
    readonly size: Pair;
    readonly strides: Pair;
    readonly padding: Padding;
    readonly dilations: Pair;
  }
  | { readonly kind: "relu" | "relu6" | "leaky" | "bias" | "norm" | "fork" | "twice" };

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const padding = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(1))).map((
  [top = 0, bottom = 0, left = 0, right = 0],
): Padding => [top, bottom, left, right]);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("conv" as const, "max" as const, "average" as const),
    size: pair(3),
    strides: pair(2),
    padding,
    dilations: pair(2),
  }),
  fc.record({
    kind: fc.constantFrom(
      "relu" as const,
      "relu" as const,
      "bias" as const,
      "relu6" as const,
      "leaky" as const,
      "norm" as const,
      "fork" as const,
      "twice" as const,
    ),
  }),
);

/** Applies a step; a window that does not fit is left out. */
function applyStep(x: Tensor, made: Step, parameter: (shape: Shape) => Tensor): Tensor {
  switch (made.kind) {
    case "conv": {
      const { size, strides, padding, dilations } = made;
      const filter = parameter([...size, CHANNELS, CHANNELS]);
      return orSame(x, () => conv2d(x, filter, { strides, padding, dilations }));
    }
    case "max":
    case "average": {
      // As in PyTorch: no window lies in the padding alone.
      const { size, strides } = made;
      const [height, width] = size;
      const [top, bottom, left, right] = made.padding;
      const padding: Padding = height > 1 && width > 1 ? [top, bottom, left, right] : [0, 0, 0, 0];
      const pool = made.kind === "max" ? maxPool2d : averagePool2d;
      return orSame(x, () => pool(x, size, { strides, padding }));
    }
    case "relu":
      return relu(x);
    case "relu6":
      return relu6(x);
    case "leaky":
      return leakyRelu(x, 0.1);
    case "bias":
      return biasAdd(x, parameter([CHANNELS]));
    case "norm":
      return batchNorm(x, parameter([CHANNELS]), parameter([CHANNELS]), 1e-2).output;
    case "fork":
      // Two windows that keep a size, but not the same one if the image is cut to an odd one.
      return add(
        conv2d(x, parameter([3, 3, CHANNELS, CHANNELS]), { padding: [1, 1, 1, 1] }),
        relu(x),
      );
    case "twice": {
      const both = concat([x, relu(x)], 3);
      return orSame(x, () => conv2d(both, parameter([1, 1, 2 * CHANNELS, CHANNELS])));
    }
    default:
      return made satisfies never;
  }
}

function orSame(x: Tensor, make: () => Tensor): Tensor {
  try {
    return make();
  } catch {
    return x;
  }
}

/** A network on images of a size, with placeholders for the parameters. */
function build(steps: readonly Step[], [height, width]: Pair) {
  const parameters: Tensor[] = [];
  const parameter = (shape: Shape) => {
    const made = placeholder(`p${parameters.length}`, { shape, dtype: "float32" });
    parameters.push(made);
    return made;
  };
  const shape = [BATCH, height, width, CHANNELS];
  const images = placeholder("images", { shape, dtype: "float32" });
  const output = steps.reduce((x, made) => applyStep(x, made, parameter), images);
  // Places count differently, so that one that is missing or moved shows.
  const places = constant(
    numbers(elementCount(output.shape.slice(1)), 7).map((value) => value + 2),
    [1, ...output.shape.slice(1)],
  );
  const loss = sumAll(sum(maxPool2d(add(output, places), 1), [0]));
  // A window that did not fit has left its parameter behind.
  const read = new Set(topologicalOrder([loss]));
  return { images, parameters: parameters.filter((made) => read.has(made)), output, loss };
}

function numbers(count: number, salt: number): number[] {
  const stream = randomStream(3, "init", salt);
  return Array.from({ length: count }, () => stream.uniform(-1, 1));
}

const image: Pair = [9, 8];

/** The parameters' numbers and the images', cut to a size. */
function feeds(parameters: readonly Tensor[], [height, width]: Pair) {
  const whole = numbers(BATCH * elementCount(image) * CHANNELS, 1);
  const cut = whole.filter((_, at) => {
    const place = Math.floor(at / CHANNELS);
    return place % image[1] < width && Math.floor(place / image[1]) % image[0] < height;
  });
  return {
    images: Float32Array.from(cut),
    ...Object.fromEntries(
      parameters.map((parameter, at) => [
        parameter.kind === "placeholder" ? parameter.attributes.name : "",
        Float32Array.from(numbers(elementCount(parameter.shape), 100 + at)),
      ]),
    ),
  };
}

describe("a random network", () => {
  const runs = { numRuns: 25, seed: Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1) };
  const networks = fc.array(step, { minLength: 1, maxLength: 6 });

  it("has the same output and gradients after poolFirst", async () => {
    await forAllAsync([networks], async (steps) => {
      const { parameters, output, loss } = build([...steps, { kind: "bias" }], image);
      const [fast = loss, fastOutput = output] = rewrite([loss, output], poolFirst);
      const results = await compute(
        [output, ...gradients(loss, parameters), fastOutput, ...gradients(fast, parameters)],
        feeds(parameters, image),
      );
      const half = results.length / 2;
      for (let at = 0; at < half; at++) {
        const off = distance(results[at + half] ?? [], results[at] ?? []);
        assert(off < 1e-4, `result ${at} of ${JSON.stringify(steps)} is off by ${off}`);
      }
    }, runs);
  });

  it("has the same output on images that are cut to what it reads", async () => {
    await forAllAsync([networks], async (steps) => {
      const whole = build(steps, image);
      // A pool drops what its windows do not reach.
      const windows: Step = {
        kind: "max",
        size: [2, 2],
        strides: [2, 2],
        padding: [0, 0, 0, 0],
        dilations: [1, 1],
      };
      const pooled = build([...steps, windows], image);
      for (const { images, output, parameters } of [whole, pooled]) {
        const window = receptiveField([output], images);
        const made = output === whole.output ? steps : [...steps, windows];
        const cut = build(made, window);
        const [expected = []] = await compute([output], feeds(parameters, image));
        const [actual = []] = await compute([cut.output], feeds(cut.parameters, window));
        const off = distance(actual, expected);
        assert(off < 1e-5, `${JSON.stringify(made)} on ${window} is off by ${off}`);
      }
    }, runs);
  });
});
