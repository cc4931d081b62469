/** The built-in networks: their sizes, and the names of torchvision. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { elementCount } from "../../../ml/graph/tensor.ts";
import { buffersOf, type Network, parametersOf } from "../../../ml/network/network.ts";
import { layers } from "../../../ml/network/parse.ts";
import { type Preset, PRESET_NAMES, PRESETS } from "../../../ml/network/presets.ts";
import { networkProblem } from "../../../ml/spec/parse_network.ts";

function networkOf(preset: Preset, inputShape: Network["inputShape"] = [28, 28, 1]): Network {
  return {
    name: preset,
    inputShape,
    normalization: { mean: [0], std: [1] },
    layers: layers(PRESETS[preset].layers),
  };
}

/** Numbers of parameters for images of 28 x 28 pixels and 10 classes, counted by PyTorch. */
const PARAMETERS: { readonly [Name in Preset]: number } = {
  MLP: 535_818,
  LENET: 61_706,
  VGG_SMALL: 1_147_722,
  RESNET_SMALL: 696_042,
  RESNET18: 11_175_370,
  MOBILENET_SMALL: 205_066,
};

describe("a preset", () => {
  for (const preset of PRESET_NAMES) {
    it(`${preset} fits the digits and has PyTorch's number of parameters`, () => {
      const network = networkOf(preset);
      assertEquals(networkProblem(network, 10), undefined);
      const counts = parametersOf(network).map(({ shape }) => elementCount(shape));
      assertEquals(counts.reduce((sum, count) => sum + count, 0), PARAMETERS[preset]);
    });
  }

  it("RESNET18 has torchvision's names, shapes and size for colour images", () => {
    const network = networkOf("RESNET18", [32, 32, 3]);
    const arrays = parametersOf(network);
    const counts = arrays.map(({ shape }) => elementCount(shape));
    assertEquals(counts.reduce((sum, count) => sum + count, 0), 11_181_642);
    const names = arrays.map(({ name }) => name);
    assertEquals(names.slice(0, 6), [
      "conv1.weight",
      "bn1.weight",
      "bn1.bias",
      "layer1.0.conv1.weight",
      "layer1.0.bn1.weight",
      "layer1.0.bn1.bias",
    ]);
    assertEquals(names.includes("layer2.0.downsample.0.weight"), true);
    assertEquals(
      buffersOf(network).map(({ name }) => name).filter((name) => name.startsWith("layer4.1.bn2")),
      ["running_mean", "running_var", "num_batches_tracked"].map((name) => `layer4.1.bn2.${name}`),
    );
  });
});
