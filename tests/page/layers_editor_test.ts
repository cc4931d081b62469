/** The editor of layers without a browser: text to layers and back, problems where they are, and completion. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readYaml } from "../../lib/text/yaml.ts";
import { LAYERS } from "../../ml/network/layers.ts";
import { layers } from "../../ml/network/parse.ts";
import { toInput } from "../../ml/options/kinds.ts";
import { RECIPE_NAMES, RECIPES } from "../../ml/spec/recipes.ts";
import { suggest } from "../../web/training/start/network/completion.ts";
import { printValue, readLayers } from "../../web/training/start/network/layers_text.ts";
import { fieldOfPath } from "../../web/training/start/field_names.ts";
import { readParts } from "../../web/training/start/read_parts.ts";
import { readNetwork } from "../../web/training/start/use_layers.ts";

describe("readNetwork()", () => {
  it("marks each problem where it is in the text", () => {
    const text = `[
  { conv2d: { outChannels: 8, kernelSize: 0 } }
  { residual: { body: [{ conv2: {} }] } }
  { linear: { outFeatures: 10, biass: true } }
]`;
    const { problems, summary } = readNetwork(text);
    assertEquals(
      problems.map(({ start, end }) => text.slice(start, end)),
      ["kernelSize: 0", "conv2: {}", "biass: true"],
    );
    assert(problems[1]?.message.endsWith("Did you mean conv2d?"), problems[1]?.message);
    assertEquals(summary, undefined);
  });

  it("marks a layer that does not fit", () => {
    const text = "[{ maxPool2d: { kernelSize: 29 } }, { flatten: {} }, { linear: {} }]";
    const [problem] = readNetwork(text).problems;
    assertEquals(text.slice(problem?.start, problem?.end), "kernelSize: 29");
  });

  it("sums a network up once it has no problem", () => {
    const { problems, summary } = readNetwork("[{ flatten: {} }, { linear: {} }]");
    assertEquals([problems, summary?.totalParameters], [[], 7850]);
  });

  it("warns of layers that can be trained, but badly", () => {
    const text = "[{ flatten: {} }, { linear: {} }, { softmax: {} }]";
    const { problems, summary } = readNetwork(text);
    assertEquals(
      problems.map(({ start, end, severity }) => [text.slice(start, end), severity]),
      [["softmax: {}", "warning"]],
    );
    assertEquals(summary?.totalParameters, 7850);
    assertEquals(readNetwork(text.replace("softmax", "logSoftmax"), { loss: "nll" }).problems, []);
  });

  it("says where text cannot be read", () => {
    for (
      const [text, message] of [
        ["", "Cannot read the layers: there are none."],
        ["[{ relu: {} }", "Cannot read the layers: the text ends too early."],
        ["[] ]", 'Cannot read the layers: nothing may follow the list, found "]".'],
      ] as const
    ) {
      assertEquals(readNetwork(text).problems.map((problem) => problem.message), [message]);
    }
  });

  it("reads JSON as well", () => {
    const { problems } = readNetwork('[{"flatten": {}}, {"linear": {"outFeatures": 10}}]', {
      yaml: readYaml,
    });
    assertEquals(problems, []);
  });

  const YAML = `# A linear classifier.
name: mine
network:
  layers:
    - flatten: {}
    - linear: { outFeatures: 10 }
epochs: 3
`;

  for (
    const [name, text] of [
      ["a list in YAML", "- flatten: {}\n- linear:\n    outFeatures: 10\n"],
      ["a network in YAML", "layers:\n  - flatten: {}\n  - linear: { outFeatures: 10 }\n"],
      ["a network in JSON", '{"layers": [{"flatten": {}}, {"linear": {"outFeatures": 10}}]}'],
      ["a network in GraphQL", "{ network: { layers: [{ flatten: {} } { linear: {} }] } }"],
    ] as const
  ) {
    it(`reads ${name}`, () => {
      const { problems, summary } = readNetwork(text, { yaml: readYaml });
      assertEquals([problems, summary?.totalParameters], [[], 7850]);
    });
  }

  it("has the settings of a whole training, and starts nothing before the form has them", () => {
    for (
      const text of [YAML, "network: { preset: MLP }\nepochs: 3", "epochs: 3", YAML + "seed: 1"]
    ) {
      const { problems, settings } = readNetwork(text, { yaml: readYaml });
      assertEquals(settings?.epochs, 3);
      const [problem, ...others] = problems.filter(({ severity }) => severity === "error");
      assertMatch(
        problem?.message ?? "",
        /^Cannot start: the text has settings beside the layers\./,
      );
      assertEquals(others, []);
    }
    const list = readNetwork("- flatten: {}\n- linear: {}", { yaml: readYaml });
    assertEquals([list.settings, list.problems], [undefined, []]);
  });

  it("keeps what the form has no field for from being lost", () => {
    for (
      const [from, to, place, message] of [
        ["epochs: 3", "epoch: 3", "epoch: 3", /Did you mean epochs\?$/],
        ["epochs: 3", "optimizer: { adm: {} }", "adm: {}", /Did you mean adam\?$/],
        ["epochs: 3", "epochs: 0", "epochs: 0", /^Cannot train with epochs 0/],
        ["epochs: 3", "dataset: cats", "dataset: cats", /^Cannot train with dataset 'cats'/],
        [
          "epochs: 3",
          "startFrom: { file: a }",
          "startFrom: { file: a }",
          /^Cannot fill in startFrom/,
        ],
      ] as const
    ) {
      const text = YAML.replace(from, to);
      const { problems, settings } = readNetwork(text, { yaml: readYaml });
      assertEquals(settings, undefined, text);
      assertEquals(
        problems.map(({ start, end, severity }) => [text.slice(start, end), severity]),
        [[place, "error"]],
      );
      assertMatch(problems[0]?.message ?? "", message);
    }
    for (const text of [YAML + "network: 1", YAML.replace("  layers", "  like: a\n  layers")]) {
      assertEquals(readNetwork(text, { yaml: readYaml }).settings, undefined);
    }
    const { problems } = readNetwork("layers: [flatten: {}, linear: {}]\nrate: 0.1", {
      yaml: readYaml,
    });
    assertEquals(problems.map(({ severity }) => severity), ["error"]);
  });

  it("marks problems in YAML where they are", () => {
    const text = YAML.replace("outFeatures: 10", "outFeatures: 0");
    const { problems } = readNetwork(text, { yaml: readYaml });
    assertEquals(text.slice(problems[0]?.start, problems[0]?.end), "outFeatures: 0");
    const broken = "- flatten: {}\n- linear: { outFeatures: 10\n";
    const [problem] = readNetwork(broken, { yaml: readYaml }).problems;
    assertMatch(problem?.message ?? "", /^Cannot read the layers: .*\.$/);
    assert((problem?.start ?? 0) > broken.indexOf("linear"));
  });
});

describe("printValue()", () => {
  for (const recipe of RECIPE_NAMES) {
    it(`prints the layers of ${recipe} so that they are read again`, () => {
      const { network } = RECIPES[recipe];
      const inputs = network.layers.map((layer) => toInput(LAYERS, layer, { brief: true }));
      const read = readLayers(printValue(inputs));
      assert(read.ok);
      assertEquals(layers(read.value as Parameters<typeof layers>[0]), network.layers);
    });
  }

  it("writes a layer a line, and a list that is too long for one over several", () => {
    const conv2d = { conv2d: { outChannels: 32, kernelSize: 3, padding: 1 } };
    assertEquals(
      printValue([{ repeat: { times: 2, layers: [conv2d, { relu: {} }] } }, { flatten: {} }]),
      `[
  { repeat: { times: 2, layers: [
    { conv2d: { outChannels: 32, kernelSize: 3, padding: 1 } },
    { relu: {} }
  ] } },
  { flatten: {} }
]`,
    );
  });
});

describe("suggest()", () => {
  const labels = (before: string) => suggest(before).map(({ label }) => label);

  it("suggests kinds of layers in a list", () => {
    for (const before of ["[", "[{ ", "[{ relu: {} }, { ", "[{ residual: { body: [{ "]) {
      assertEquals(labels(before), Object.keys(LAYERS), before);
    }
  });

  it("suggests the options of a layer that it does not have yet", () => {
    assertEquals(labels("[{ dropout: { "), ["name", "p"]);
    assertEquals(labels("[{ dropout: { p: 0.1, "), ["name"]);
    assertEquals(labels("[{ residual: { body: [{ relu: {} }], "), ["name", "shortcut"]);
  });

  it("suggests the values of an option that has a few", () => {
    assertEquals(labels("[{ linear: { bias: "), ["true", "false"]);
    assertEquals(labels("[{ parallel: { merge: A").slice(0, 1), ["ADD"]);
    assertEquals(labels("[{ linear: { outFeatures: "), []);
  });

  it("suggests nothing for what it does not know", () => {
    for (const before of ["[{ toString: { ", "[] ", "[{ relu: {} } # "]) {
      assertEquals(labels(before).filter((label) => label === "p"), []);
    }
  });

  it("inserts what a layer must have", () => {
    const [conv2d] = suggest("[{ ").filter(({ label }) => label === "conv2d");
    assertEquals(conv2d?.insert, "conv2d: { outChannels: ${1}, kernelSize: ${2}$0 }");
  });
});

describe("readParts()", () => {
  const read = (fields: Readonly<Record<string, string>>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return readParts(form);
  };

  it("leaves out what was not chosen", () => {
    assertEquals(read({ "optimizer.kind": "", validationShare: " ", "warmup.kind": "" }), {});
  });

  it("reads the options of the chosen kinds", () => {
    assertEquals(
      read({
        "optimizer.kind": "sgd",
        "optimizer.momentum": "0.9",
        "earlyStopping.kind": "on",
        "earlyStopping.patience": "3",
        "earlyStopping.restoreBest": "false",
        "normalization.kind": "on",
        "normalization.mean": "0.1, 0.2",
        validationShare: "lots",
      }),
      {
        optimizer: { sgd: { momentum: 0.9 } },
        earlyStopping: { patience: 3, restoreBest: false },
        normalization: { mean: [0.1, 0.2] },
        validationShare: "lots",
      },
    );
  });

  it("reads the entries of a list in their order", () => {
    assertEquals(
      read({
        "augmentation": "",
        "augmentation.0.kind": "randomCrop",
        "augmentation.0.padding": "2",
        "augmentation.1.kind": "horizontalFlip",
        "augmentation.1.p": "",
        "augmentation.2.kind": "affine",
        "augmentation.2.scale": "0.8, 1.2",
      }),
      {
        augmentation: [
          { randomCrop: { padding: 2 } },
          { horizontalFlip: {} },
          { affine: { scale: [0.8, 1.2] } },
        ],
      },
    );
    assertEquals(read({ "augmentation": "" }), {});
  });

  it("finds the field of each problem", () => {
    assertEquals(
      fieldOfPath(["input", "augmentation", "1", "randomCrop", "padding"]),
      "augmentation.1.padding",
    );
    assertEquals(fieldOfPath(["augmentation", 0, "rotation"]), "augmentation.0.kind");
    assertEquals(fieldOfPath(["augmentation"]), "augmentation");
    assertEquals(fieldOfPath(["input", "optimizer", "sgd", "momentum"]), "optimizer.momentum");
    assertEquals(fieldOfPath(["earlyStopping", "patience"]), "earlyStopping.patience");
    assertEquals(fieldOfPath(["input", "validationShare"]), "validationShare");
    assertEquals(fieldOfPath(["input", "epochs"]), "epochs");
    assertEquals(fieldOfPath(["input", "network", "layers", 0]), undefined);
  });
});
