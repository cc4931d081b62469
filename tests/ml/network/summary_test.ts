/** The summaries of the recipes against the numbers that PyTorch users know. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import { MNIST_SIZE } from "../../support/fake_run.ts";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { renderSummary, summarize } from "../../../ml/network/summary.ts";

const learning = (recipe: keyof typeof RECIPES) =>
  summarize(RECIPES[recipe].network).layers
    .filter((layer) => layer.parameters > 0)
    .map((layer) => [layer.name, layer.parameters]);

describe("summarize()", () => {
  it("counts the parameters of BASIC_CNN as torchinfo does", () => {
    assertEquals(learning("BASIC_CNN"), [
      ["conv1", 320],
      ["conv2", 18_496],
      ["fc1", 102_464],
      ["fc2", 650],
    ]);
    const summary = summarize(RECIPES.BASIC_CNN.network);
    assertEquals(summary.totalParameters, 121_930);
    assertEquals(summary.trainableParameters, 121_930);
  });

  it("counts the parameters of the other recipes", () => {
    assertEquals(summarize(RECIPES.DROPOUT_CNN.network).totalParameters, 1_199_882);
    assertEquals(summarize(RECIPES.WIDE_KERNEL_CNN.network).totalParameters, 317_066);
  });

  it("gives shapes with the channels first and multiply-adds for one sample", () => {
    const layers = summarize(RECIPES.BASIC_CNN.network).layers;
    assertEquals(layers.slice(0, 3).map((layer) => [layer.kind, layer.outputShape]), [
      ["Conv2d", [32, 26, 26]],
      ["ReLU", [32, 26, 26]],
      ["MaxPool2d", [32, 13, 13]],
    ]);
    assertEquals(layers.at(-1)?.outputShape, [10]);
    assertEquals(layers[0]?.multiplyAdds, 26 * 26 * 320);
    assertEquals(summarize(RECIPES.BASIC_CNN.network).multiplyAdds, 2_557_450);
  });
});

describe("renderSummary()", () => {
  it("prints a table of 80 columns with totals and sizes", () => {
    const lines = renderSummary(summarize(RECIPES.BASIC_CNN.network)).split("\n");
    assert(lines.every((line) => line.length <= 80));
    assertMatch(lines.find((line) => line.startsWith("conv2")) ?? "", /\[64, 11, 11\] +18,496/);
    assert(lines.includes("Total params: 121,930"));
    assert(lines.includes("Params size (MB): 0.49"));
  });

  it("keeps its columns apart where layers are deep and have long names", () => {
    const parsed = parseRequest({ network: { preset: "RESNET_SMALL" } }, MNIST_SIZE);
    assert(parsed.ok);
    const lines = renderSummary(summarize(parsed.draft.network)).split("\n");
    assert(lines.every((line) => line.length <= 80));
    const shapes = lines.filter((line) => /\(\w+\) +\[/.test(line));
    assert(shapes.length > 20);
    assertEquals(new Set(shapes.map((line) => line.indexOf("["))).size, 1);
    assertEquals(new Set(shapes.map((line) => line.length)).size, 1);
  });
});
