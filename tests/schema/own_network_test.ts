/** Networks and trainings that a client describes: what is stored, and every problem of what cannot be trained. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { useApi } from "../support/api.ts";
import { MISSING_RUN, storeId } from "../support/written_run.ts";

const START = `mutation ($input: StartTrainingInput) { startTraining(input: $input) { run {
  id name recipe learningRate model { text }
} } }`;

/** A residual network, written in a document. */
const INLINE = `mutation { startTraining(input: {
  network: { layers: [
    { conv2d: { name: "stem", outChannels: 4, kernelSize: 3 } }, { relu: {} },
    { repeat: { times: 2, layers: [
      { residual: { body: [{ conv2d: { outChannels: 4, kernelSize: [1, 1], bias: false } }, { relu: {} }] } }
    ] } },
    { maxPool2d: { kernelSize: 2 } }, { flatten: {} }, { linear: {} }
  ] },
  optimizer: { sgd: { momentum: 0.9 } }, learningRate: 0.1,
  schedule: { step: { stepSize: 2, gamma: 0.5 } }, warmup: { epochs: 0.5 }, gradientClipNorm: 1
}) { run { id name recipe model { layers { name kind outputShape } totalParameters } } } }`;

const LINEAR = [{ flatten: {} }, { linear: {} }];

describe("startTraining", () => {
  const api = useApi();
  const stored = async (id: string) => (await api.store.get(storeId(id)))?.spec;

  it("stores a network of the client's, with the options of its training", async () => {
    const { startTraining: { run } } = await api.ask(INLINE);
    assertEquals([run.name, run.recipe], ["Network, seed 7", null]);
    assertEquals(run.model.layers.slice(0, 5), [
      { name: "stem", kind: "Conv2d", outputShape: [4, 26, 26] },
      { name: "1", kind: "ReLU", outputShape: [4, 26, 26] },
      { name: "2", kind: "Sequential", outputShape: [4, 26, 26] },
      { name: "2.0.0", kind: "Residual", outputShape: [4, 26, 26] },
      { name: "2.0.0.body.0", kind: "Conv2d", outputShape: [4, 26, 26] },
    ]);
    const spec = await stored(run.id);
    assertEquals([spec?.optimizer.kind, spec?.learningRate, spec?.batchSize], ["sgd", 0.1, 64]);
    assertEquals(spec?.schedule, { kind: "step", stepSize: 2, gamma: 0.5 });
    assertEquals(spec?.warmup, { epochs: 0.5, startFactor: 1 / 3 });
    assertEquals(spec?.gradientClipNorm, 1);
    assertEquals(spec?.network.normalization, { mean: [0.1307], std: [0.3081] });
  });

  it("trains the network of another run, scaled as there, with settings of its own", async () => {
    const normalization = { mean: [0.5], std: [0.25] };
    const input = { network: { layers: LINEAR }, normalization, learningRate: 0.5 };
    const { startTraining: { run } } = await api.ask(START, { input });
    const like = await api.ask(START, { input: { network: { like: run.id } } });
    assertEquals(like.startTraining.run.model.text, run.model.text);
    assertEquals(like.startTraining.run.learningRate, 0.01);
    const spec = await stored(like.startTraining.run.id);
    assertEquals(spec?.network.normalization, normalization);
  });

  it("trains nothing like a run that is not there", async () => {
    const missing = await api.refuse(START, { input: { network: { like: MISSING_RUN } } });
    assertEquals(missing.extensions, { code: "NOT_FOUND" });
    const { message, extensions } = await api.refuse(START, { input: { network: { like: "x" } } });
    assertEquals(message, "Cannot train with like 'x': like must be the id of a run.");
    assertEquals(extensions.path, ["input", "network", "like"]);
  });

  it("reports every problem of an input with its path, deep inside as well", async () => {
    const body = [{ conv2d: { outChannels: 0, kernelSize: [3, 3, 3] } }];
    const input = {
      epochs: 0,
      name: "",
      network: { layers: [{ residual: { body } }, ...LINEAR] },
      optimizer: { sgd: { momentum: 1 } },
    };
    const { message, extensions } = await api.refuse(START, { input });
    assertEquals(
      message,
      "Cannot train with epochs 0: epochs must be between 1 and 10000. This is the first of 5 problems.",
    );
    assertEquals(extensions.path, ["input", "epochs"]);
    const problems = extensions.problems as readonly { path: string[]; message: string }[];
    assertEquals(problems.map(({ path }) => path.join(".")).toSorted(), [
      "input.epochs",
      "input.name",
      "input.network.layers.0.residual.body.0.conv2d.kernelSize",
      "input.network.layers.0.residual.body.0.conv2d.outChannels",
      "input.optimizer.sgd.momentum",
    ]);
  });
});

/** Layers inside of each other. */
function nested(depth: number): object {
  return depth === 0 ? { relu: {} } : { residual: { body: [nested(depth - 1)] } };
}

const BODY = Array.from({ length: 8 }, () => ["0", "residual", "body"]).flat();
const WIDE = { linear: { outFeatures: 30_000 } };
const NAMED = { linear: { name: "a" } };
const repeated = (layer: object) => ({ repeat: { times: 1000, layers: [layer] } });
/** The input of a network that begins with a layer. */
const layer = (given: unknown) => ({ network: { layers: [given, ...LINEAR] } });

describe("a training that cannot be", () => {
  const api = useApi();

  const rows: readonly (readonly [name: string, input: object, path: string, message: RegExp])[] = [
    [
      "a kernel that is larger than its image",
      layer({ conv2d: { outChannels: 1, kernelSize: 29 } }),
      "network.layers.0.conv2d.kernelSize",
      /^Cannot place layer conv2d: .*, got \[1, 28, 28\]\.$/,
    ],
    [
      "a sum of unequal shapes",
      layer({
        parallel: {
          merge: "ADD",
          branches: [{ layers: [{ conv2d: { outChannels: 2, kernelSize: 3 } }] }, { layers: [] }],
        },
      }),
      "network.layers.0.parallel.merge",
      /shapes must be equal, got \[2, 26, 26\] and \[1, 28, 28\]\.$/,
    ],
    [
      "a network that does not end in the classes",
      { network: { layers: [{ flatten: {} }, { linear: { outFeatures: 7 } }] } },
      "network.layers.1",
      /must end in one output for each of 10 classes, got \[7\]\.$/,
    ],
    [
      "a network that ends in an image",
      { network: { layers: [{ conv2d: { outChannels: 10, kernelSize: 1 } }] } },
      "network.layers.0",
      /must end in one output for each of 10 classes, got \[10, 28, 28\]\.$/,
    ],
    ["an empty network", { network: { layers: [] } }, "network.layers", /10 classes, got/],
    [
      "more than a billion parameters",
      { network: { layers: [{ flatten: {} }, WIDE, WIDE, WIDE, { linear: {} }] } },
      "network.layers",
      /must have at most 200,000,000 parameters, got 1,8\d\d,\d\d\d,\d\d\d\.$/,
    ],
    [
      "layers that are nested 100 deep",
      layer(nested(100)),
      `network.layers.${BODY.join(".")}.0.residual.body`,
      /must be nested at most 8 deep\.$/,
    ],
    [
      "repetitions of repetitions",
      layer(repeated(repeated({ relu: {} }))),
      "network.layers.0.repeat.layers.0.repeat.layers.0.relu",
      /must have at most 1000 layers, repeated ones included\.$/,
    ],
    [
      "a patience of 0",
      { validationShare: 0.1, earlyStopping: { patience: 0 } },
      "earlyStopping.patience",
      /patience must be a whole number from 1 to 10000\.$/,
    ],
    [
      "a validation part of everything",
      { validationShare: 1 },
      "validationShare",
      /validationShare must be from 0 to less than 1\.$/,
    ],
    [
      "stopping early by a validation part that is not there",
      { earlyStopping: { patience: 1 } },
      "earlyStopping.metric",
      /without validationShare metric must be one of TRAIN_LOSS/,
    ],
    [
      "a normalization of other channels",
      { network: { layers: LINEAR }, normalization: { mean: [0, 0, 0], std: [1, 1, 1] } },
      "normalization.mean",
      /mean must be 1 number, one a channel\. This is the first of 2 problems\.$/,
    ],
    [
      "two layers of one name",
      { network: { layers: [{ flatten: {} }, { linear: { name: "a", outFeatures: 4 } }, NAMED] } },
      "network.layers",
      /names of layers must differ, but two have an array 'a\.weight'\.$/,
    ],
  ];
  for (const [name, input, path, message] of rows) {
    it(`is refused for ${name}, and starts nothing`, async () => {
      const refusal = await api.refuse(START, { input });
      assertMatch(refusal.message, message);
      const { code, path: at } = refusal.extensions;
      assertEquals([code, (at as string[]).join(".")], ["BAD_USER_INPUT", `input.${path}`]);
      assertEquals(await api.ask("{ runs { totalCount } }"), { runs: { totalCount: 0 } });
    });
  }

  const unfit: readonly (readonly [name: string, input: object, message: RegExp])[] = [
    ["two kinds of a layer", layer({ relu: {}, flatten: {} }), /Exactly one key must be specified/],
    ["no kind of a layer", layer({}), /Exactly one key must be specified/],
    ["a null for a kind", layer({ relu: null }), /must be non-null/],
    ["a null for a layer", layer(null), /Expected non-nullable type "LayerInput!"/],
    ["an option that is not known", layer({ dropout: { rate: 0.5 } }), /"rate" is not defined/],
    ["two networks", { network: { recipe: "BASIC_CNN", layers: LINEAR } }, /Exactly one key/],
    ["no network", { network: {} }, /Exactly one key must be specified/],
    ["a missing option", layer({ conv2d: { outChannels: 1 } }), /"kernelSize" of required type/],
  ];
  for (const [name, input, message] of unfit) {
    it(`is refused for ${name}, and starts nothing`, async () => {
      assertMatch((await api.refuse(START, { input })).message, message);
      assertEquals(await api.ask("{ runs { totalCount } }"), { runs: { totalCount: 0 } });
    });
  }
});
