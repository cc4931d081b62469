/** The summaries of the recipes against the numbers that PyTorch users know. */
import assert from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { PRESETS } from "../../../ml/spec/presets.ts";
import { renderSummary, summarize } from "../../../ml/network/summary.ts";

const learning = (recipe: keyof typeof PRESETS) =>
  summarize(PRESETS[recipe].network).layers
    .filter((layer) => layer.parameters > 0)
    .map((layer) => [layer.name, layer.parameters]);

describe("summarize()", () => {
  it("counts the parameters of BASIC_CNN as torchinfo does", () => {
    assert.deepEqual(learning("BASIC_CNN"), [
      ["conv1", 320],
      ["conv2", 18_496],
      ["fc1", 102_464],
      ["fc2", 650],
    ]);
    const summary = summarize(PRESETS.BASIC_CNN.network);
    assert.equal(summary.totalParameters, 121_930);
    assert.equal(summary.trainableParameters, 121_930);
  });

  it("counts the parameters of the other recipes", () => {
    assert.equal(summarize(PRESETS.DROPOUT_CNN.network).totalParameters, 1_199_882);
    assert.equal(summarize(PRESETS.WIDE_KERNEL_CNN.network).totalParameters, 317_066);
  });

  it("gives shapes with the channels first and multiply-adds for one sample", () => {
    const layers = summarize(PRESETS.BASIC_CNN.network).layers;
    assert.deepEqual(layers.slice(0, 3).map((layer) => [layer.kind, layer.outputShape]), [
      ["Conv2d", [32, 26, 26]],
      ["ReLU", [32, 26, 26]],
      ["MaxPool2d", [32, 13, 13]],
    ]);
    assert.deepEqual(layers.at(-1)?.outputShape, [10]);
    assert.equal(layers[0]?.multiplyAdds, 26 * 26 * 320);
    assert.equal(summarize(PRESETS.BASIC_CNN.network).multiplyAdds, 2_557_450);
  });
});

describe("renderSummary()", () => {
  it("prints a table of 80 columns with totals and sizes", () => {
    const lines = renderSummary(summarize(PRESETS.BASIC_CNN.network)).split("\n");
    assert.ok(lines.every((line) => line.length <= 80));
    assert.match(lines.find((line) => line.startsWith("conv2")) ?? "", /\[64, 11, 11\] +18,496/);
    assert.ok(lines.includes("Total params: 121,930"));
    assert.ok(lines.includes("Params size (MB): 0.49"));
  });
});
