/** Images that are widened to whole panels of channels; their numbers are held to TensorFlow's in tiles_test.ts. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { widenChannels } from "../../../../ml/engines/native/wide_channels.ts";
import { gradients as gradientsOf } from "../../../../ml/graph/autodiff.ts";
import { divide, sumAll } from "../../../../ml/graph/ops/arithmetic.ts";
import { reshape } from "../../../../ml/graph/ops/data.ts";
import { biasAdd, matMul, relu } from "../../../../ml/graph/ops/dense.ts";
import { conv2d, maxPool2d } from "../../../../ml/graph/ops/image.ts";
import { placeholder, variable } from "../../../../ml/graph/ops/sources.ts";
import { topologicalOrder } from "../../../../ml/graph/rewrite.ts";
import type { OpKind, Shape, Tensor } from "../../../../ml/graph/tensor.ts";

const weight = (name: string, shape: Shape) => variable(name, { shape, dtype: "float32" });
const images = placeholder("images", { shape: [4, 8, 8, 3], dtype: "float32" });

/** A loss behind two convolutions of so many channels. */
function loss(first: number, second: number) {
  const weights = [
    weight("f", [3, 3, 3, first]),
    weight("b", [first]),
    weight("g", [3, 3, first, second]),
    weight("w", [2 * 2 * second, 6]),
  ] as const;
  const [f, b, g, w] = weights;
  const pooled = maxPool2d(relu(biasAdd(conv2d(images, f), b)), 1);
  const features = maxPool2d(relu(conv2d(pooled, g)), 2);
  const output = sumAll(matMul(reshape(features, [4, 2 * 2 * second]), w));
  return { output, weights };
}

function nodesOf(outputs: readonly Tensor[], kind: OpKind): readonly Tensor[] {
  return topologicalOrder(outputs).filter((tensor) => tensor.kind === kind);
}

function widened(outputs: readonly Tensor[]): readonly Tensor[] {
  return widenChannels({ outputs, updates: [] }).outputs;
}

describe("widenChannels()", () => {
  it("pads and cuts nothing where channels fill their panels", () => {
    const { output, weights } = loss(16, 32);
    const graph = widened([output, ...gradientsOf(output, weights)]);
    assertEquals([nodesOf(graph, "pad"), nodesOf(graph, "slice")], [[], []]);
  });

  it("keeps images wide from the first convolution to the last, forwards and backwards", () => {
    const { output, weights } = loss(5, 20);
    const gradients = gradientsOf(output, weights);
    const graph = widened([output, ...gradients]);
    assertEquals(gradients.map(({ shape }) => shape), graph.slice(1).map(({ shape }) => shape));
    const channels = (kind: OpKind) => nodesOf(graph, kind).map(({ shape }) => shape.at(-1));
    for (const kind of ["conv2d", "relu", "maxPool2d", "maxPool2dGradient"] as const) {
      assertEquals(channels(kind).toSorted(), [16, 32], kind);
    }
    assertEquals(channels("conv2dInputGradient"), [16]);
    // Only the features are cut out, and only their gradient is padded.
    const ofImages = ({ shape }: Tensor) => shape[0] === images.shape[0];
    assertEquals(nodesOf(graph, "slice").filter(ofImages).map(({ shape }) => shape), [[
      4,
      2,
      2,
      20,
    ]]);
    assertEquals(nodesOf(graph, "pad").filter(ofImages).map(({ shape }) => shape), [[4, 2, 2, 32]]);
    // Each filter is padded once for all that read it.
    assertEquals(
      nodesOf(graph, "pad").filter(({ shape }) => shape[0] === 3).map(({ shape }) => shape),
      [[3, 3, 3, 16], [3, 3, 16, 32]],
    );
  });

  it("leaves operations narrow that could make infinite numbers of zeros", () => {
    const x = conv2d(images, weight("f", [3, 3, 3, 5]));
    const [graph] = widened([conv2d(divide(x, x), weight("g", [3, 3, 5, 5]))]);
    assert(graph);
    assertEquals(nodesOf([graph], "divide").map(({ shape }) => shape.at(-1)), [5]);
  });

  it("leaves groups of channels as they are", () => {
    const x = conv2d(images, weight("f", [3, 3, 1, 6]), { groups: 3 });
    assertEquals(widened([x]), [x]);
  });
});
