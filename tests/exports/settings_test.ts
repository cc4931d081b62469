/** Settings of runs as flat lists of hyperparameters. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { flattenInput, flattenSettings } from "../../exports/metrics/settings.ts";

describe("the settings of a run as hyperparameters", () => {
  it("name a part by its kind and its options by their path, and leave out null", () => {
    const spec = {
      learningRate: 0.1,
      optimizer: { kind: "sgd", momentum: 0.5, nesterov: false },
      loss: { kind: "crossEntropy", classWeights: { kind: "values", values: [1, 2] } },
      schedule: null,
    };
    assertEquals(flattenSettings(spec), {
      learningRate: 0.1,
      optimizer: "sgd",
      "optimizer.momentum": 0.5,
      "optimizer.nesterov": false,
      loss: "crossEntropy",
      "loss.classWeights": "values",
      "loss.classWeights.values": "[1,2]",
    });
  });

  it("are the same from the input that leads to a run, with the names of network and augmentations", () => {
    const input = {
      ...{ recipe: "BASIC_CNN", epochs: 3, device: "CPU", startFrom: { run: "a" } },
      optimizer: { sgd: { momentum: 0.5 } },
      augmentation: [{ randomCrop: { padding: 2 } }, { rotation: { degrees: 10 } }],
    };
    assertEquals(flattenInput(input), {
      ...{ network: "BASIC_CNN", augmentation: "randomCrop, rotation", epochs: 3, device: "CPU" },
      ...{ optimizer: "sgd", "optimizer.momentum": 0.5 },
    });
    assertEquals(flattenInput({ network: { preset: "MLP" } }).network, "MLP");
    const layers = [{ flatten: {} }, { linear: {} }];
    assertEquals(flattenInput({ network: { layers } }).network, JSON.stringify(layers));
  });
});
