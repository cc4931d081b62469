/** The page's logic without a browser: filters, comparisons and inlined variables. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { LOCAL } from "../../schema/base/access.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { inlineVariables } from "../../web/graphiql/inline_variables.ts";
import { duration } from "../../lib/format.ts";
import {
  bestOf,
  differingSettings,
  sharedSettings,
} from "../../web/training/charts/compare_runs.ts";
import { EPOCHS_FEED, RUNS_QUERY } from "../../web/training/operations.ts";
import { changedFields, initialFormOf } from "../../web/training/start/initial/initial_form.ts";
import { readNetwork } from "../../web/training/start/use_layers.ts";
import { DEFAULT_CHOICE } from "../../web/training/start/dataset/chosen_dataset.ts";
import { readStartForm } from "../../web/training/start/read_start_form.ts";
import { mainSettings } from "../../ml/spec/words/main_settings.ts";
import type { SetRun } from "../../web/training/settings/settings.ts";
import { ALL_RUNS, toFilter } from "../../web/training/list/run_filter.ts";
import { fitZoom, stepsOf } from "../../web/training/charts/zoom.ts";
import { graphql, parse, validate } from "graphql";

const INPUT = {
  recipe: "BASIC_CNN",
  optimizer: { sgd: { momentum: 0.9, dampening: 0, weightDecay: 0, nesterov: false } },
  schedule: { constant: {} },
  validationShare: 0,
  augmentation: [],
};

const RUN: SetRun = {
  input: INPUT,
  startedFrom: null,
  id: "a",
  name: "first try",
  state: "COMPLETED",
  recipe: "BASIC_CNN",
  networkName: "BASIC_CNN",
  dataset: "mnist",
  batchSize: 32,
  learningRate: 0.01,
  trainSamples: 60_000,
  testSamples: 10_000,
  seed: 7,
  device: "CPU",
  engine: "TensorFlow",
  tags: [],
  note: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  startedAt: "2026-01-01T00:00:01.000Z",
  endedAt: "2026-01-01T00:01:01.000Z",
  error: null,
  bestTestAcc: 0.98,
  metrics: null,
  lastSeq: 9,
  warning: null,
  progress: { epoch: 5, epochs: 5, step: 10, steps: 10, samplesPerSecond: 1, etaSeconds: 0 },
};

describe("toFilter()", () => {
  it("asks for all runs, newest first, where nothing was chosen", () => {
    const orderBy = { field: "CREATED_AT", direction: "DESC" } as const;
    const [search, states, tag, minTestAcc] = [undefined, undefined, undefined, undefined];
    const all: ReturnType<typeof toFilter> = { search, states, tag, minTestAcc, orderBy };
    assertEquals(toFilter(ALL_RUNS), all);
    assertEquals(toFilter({ ...ALL_RUNS, search: " ", leastAcc: "5O" }), all);
  });

  it("says all that was chosen in the API's words", () => {
    assertEquals(
      toFilter({ search: " a  b ", group: "open", tag: "t", leastAcc: "97.1", order: "testLoss" }),
      {
        search: "a  b",
        states: ["QUEUED", "RUNNING", "PAUSING", "PAUSED", "CANCELLING", "INTERRUPTED"],
        tag: "t",
        minTestAcc: 0.971,
        orderBy: { field: "TEST_LOSS", direction: "ASC" },
      },
    );
  });
});

describe("a comparison", () => {
  const withInput = (input: object): SetRun => ({ ...RUN, input: { ...INPUT, ...input } });

  it("names the settings that differ, and those that do not", () => {
    const other = { ...RUN, learningRate: 0.1, seed: 8 };
    assertEquals(differingSettings([RUN, other]), [
      { label: "Learning rate", texts: ["0.01", "0.1"] },
      { label: "Seed", texts: ["7", "8"] },
    ]);
    assertEquals(
      sharedSettings([RUN, other]),
      "network BASIC_CNN, dataset mnist, epochs 5, batch size 32, train samples 60,000, " +
        "test samples 10,000, optimizer SGD, momentum 0.9, learning rate schedule constant, " +
        "device CPU, engine TensorFlow",
    );
  });

  it("shows optimizers, schedules and other parts without the options that have their default", () => {
    const other = withInput({
      optimizer: { adamW: { weightDecay: 0.1, beta1: 0.9, amsgrad: true } },
      schedule: { oneCycle: { maxLearningRate: 0.5 } },
      earlyStopping: { metric: "VALIDATION_LOSS", patience: 3, restoreBest: false },
      augmentation: [{ randomCrop: { padding: 2 } }, { erasing: { p: 0.5, scale: [0.1, 0.2] } }],
      validationShare: 0.1,
    });
    assertEquals(
      differingSettings([RUN, other]).map(({ label, texts }) => [label, ...texts]),
      [
        ["Optimizer", "SGD, momentum 0.9", "AdamW, weight decay 0.1, amsgrad"],
        ["Learning rate schedule", "constant", "one cycle, max learning rate 0.5"],
        ["Validation share", "none", "0.1"],
        ["Early stopping", "none", "metric validation loss, patience 3, no restore best"],
        ["Augmentation", "none", "random crop, padding 2; erasing, scale (0.1, 0.2)"],
      ],
    );
  });

  it("tells networks, versions of a dataset and first weights of equal words apart", () => {
    const own = (outFeatures: number) =>
      withInput({ recipe: undefined, network: { layers: [{ linear: { outFeatures } }] } });
    const from = (sha256: string): SetRun => (
      { ...RUN, startedFrom: { fileName: "model.safetensors", epoch: null, sha256 } }
    );
    assertEquals(differingSettings([RUN, own(1), own(2), own(1)]), [{
      label: "Network",
      texts: ["BASIC_CNN", "own, 1 layer (1)", "own, 1 layer (2)", "own, 1 layer (1)"],
    }]);
    assertEquals(differingSettings([{ ...RUN, dataset: "a@1" }, { ...RUN, dataset: "a@2" }]), [
      { label: "Dataset", texts: ["a (1)", "a (2)"] },
    ]);
    assertEquals(differingSettings([RUN, from("1"), from("2")]), [{
      label: "Start from",
      texts: ["none", "model.safetensors (1)", "model.safetensors (2)"],
    }]);
  });

  it("has the parts that were chosen in a run's header", () => {
    assertEquals(mainSettings(RUN.input), ["SGD, momentum 0.9"]);
    assertEquals(
      mainSettings(
        withInput({ schedule: { cosine: {} }, warmup: { epochs: 1 }, loss: {} }).input,
      ),
      ["SGD, momentum 0.9", "cosine schedule", "warm-up epochs 1"],
    );
  });

  it("finds the best epoch by each metric, the first of equals", () => {
    const epoch = (number: number, testAcc: number, testLoss: number) => ({
      number,
      testAcc,
      testLoss,
      trainAcc: 0,
      trainLoss: 0,
    });
    assertEquals(bestOf([]), undefined);
    assertEquals(bestOf([epoch(1, 0.9, 0.3), epoch(2, 0.97, 0.1), epoch(3, 0.97, 0.2)]), {
      testAcc: { value: 0.97, epoch: 2 },
      testLoss: { value: 0.1, epoch: 2 },
    });
  });
});

describe("inlineVariables()", () => {
  const schema = createApiSchema();

  it("writes values as the schema's types want them", () => {
    const query = `mutation Start($input: StartTrainingInput!) {
      startTraining(input: $input) { run { id } }
    }`;
    const input = { recipe: "DROPOUT_CNN", name: 'a "b"', epochs: 3, learningRate: 0.5 };
    const inlined = inlineVariables(query, { input }, schema);
    assertMatch(inlined, /recipe: DROPOUT_CNN/);
    assertMatch(inlined, /name: "a \\"b\\""/);
    assertMatch(inlined, /epochs: 3/);
    assertNotMatch(inlined, /\$/);
    assertEquals(validate(schema, parse(inlined)), []);
  });

  it("leaves out arguments that have no value, and keeps fragments", () => {
    const orderBy = { field: "NAME" };
    const inlined = inlineVariables(RUNS_QUERY.query, { first: 5, orderBy }, schema);
    assertMatch(inlined, /runs\(first: 5, orderBy: \{field: NAME\}\)/);
    assertMatch(inlined, /fragment RunItem on Run/);
    assertEquals(validate(schema, parse(inlined)), []);
  });

  it("gives an operation that means the same", async () => {
    const query = "query($recipe: Recipe!) { modelSummary(recipe: $recipe) { totalParameters } }";
    const variableValues = { recipe: "WIDE_KERNEL_CNN" };
    const contextValue = { viewer: LOCAL };
    const [one, other] = await Promise.all([
      graphql({ schema, source: query, variableValues, contextValue }),
      graphql({ schema, source: inlineVariables(query, variableValues, schema), contextValue }),
    ]);
    assertEquals(one.errors, undefined);
    assertEquals(other, one);
  });

  it("keeps an operation without variables as it is", () => {
    const text = inlineVariables(EPOCHS_FEED.query, { runId: "x", afterEpoch: 0 }, schema);
    assertEquals(inlineVariables(text, {}, schema), text);
  });
});

describe("initialFormOf()", () => {
  it("writes a run's input as texts that are read as the same input", () => {
    const input = {
      network: { layers: [{ flatten: {} }, { linear: { outFeatures: 10 } }] },
      optimizer: { sgd: { momentum: 0.9, nesterov: true } },
      schedule: { multiStep: { milestones: [3, 7], gamma: 0.1 } },
      warmup: { epochs: 1 },
      loss: { crossEntropy: { classWeights: { balanced: true } } },
      validationShare: 0.1,
      earlyStopping: { metric: "VALIDATION_LOSS", patience: 3 },
      augmentation: [{ randomCrop: { padding: 2 } }, { horizontalFlip: {} }],
      startFrom: { checkpoint: { runId: "UnVuOmE=", epoch: 3 } },
      epochs: 7,
      learningRate: 0.001,
      device: "CPU",
      engine: "NATIVE",
    };
    const { network, layers, texts } = initialFormOf(input, []);
    const form = new FormData();
    for (const [name, value] of Object.entries(texts)) form.set(name, value);
    const read = readStartForm(form, { layers: readNetwork(layers).layers });
    assertEquals(network, "OWN");
    assertEquals(JSON.parse(JSON.stringify(read)), { input, inputs: [input], errors: {} });
    assertEquals(changedFields(form, texts), []);
    form.set("epochs", "8");
    form.set("momentum", "");
    assertEquals(changedFields(form, texts), ["epochs"]);
  });

  it("takes a dataset of the same version, the newest of its name, or says that it is gone", () => {
    const photos = { ...DEFAULT_CHOICE, name: "photos", reference: "photos@2" };
    const chosen = (dataset: string) => {
      const normalization = { mean: [0.1, 0.2, 0.3], std: [1, 1, 1] };
      const { dataset: { name }, missing, texts } = initialFormOf({ dataset, normalization }, [
        photos,
      ]);
      return [name, texts.dataset, missing, texts["normalization.mean"]];
    };
    assertEquals(chosen("photos@2"), ["photos", "photos", undefined, "0.1, 0.2, 0.3"]);
    assertEquals(chosen("photos@1"), ["photos", "photos@1", undefined, "0.1, 0.2, 0.3"]);
    assertEquals(chosen("gone@1"), ["mnist", "mnist", "gone", undefined]);
  });

  it("names recipes and presets", () => {
    assertEquals(initialFormOf({ recipe: "DROPOUT_CNN" }, []).network, "DROPOUT_CNN");
    assertEquals(initialFormOf({ network: { preset: "MLP" } }, []).network, "MLP");
  });
});

describe("readStartForm()", () => {
  const read = (fields: Readonly<Record<string, string>>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return readStartForm(form);
  };

  it("leaves out what is empty", () => {
    const input = { recipe: "BASIC_CNN", device: "AUTO" } as const;
    assertEquals(read({ ...input, epochs: " ", name: "" }), { input, inputs: [input], errors: {} });
  });

  it("reads the run whose weights a training begins with, and its epoch", () => {
    const startOf = (startFrom: string) => read({ startFrom }).input.startFrom;
    assertEquals(startOf(" UnVuOmE= "), { checkpoint: { runId: "UnVuOmE=" } });
    assertEquals(startOf("UnVuOmE=@3"), { checkpoint: { runId: "UnVuOmE=", epoch: 3 } });
    assertEquals(startOf(""), undefined);
  });

  it("reads numbers as people write them", () => {
    const { input, errors } = read({ learningRate: "1e-3", epochs: " 12 ", seed: "0" });
    assertEquals([input.learningRate, input.epochs, input.seed, errors], [0.001, 12, 0, {}]);
  });

  it("refuses what is no number, and fractions of whole things", () => {
    for (const text of ["2.5", "five", "1O", "NaN", "Infinity", "1e400", "1,000"]) {
      const { input, errors } = read({ epochs: text });
      assertEquals(input.epochs, undefined);
      assertEquals(
        errors.epochs,
        `Cannot train with epochs '${text}': epochs must be a whole number, or several, ` +
          "separated by spaces.",
      );
    }
    for (const text of ["0.1.2", "0,01", "0.1,", "0.1 x"]) {
      assertEquals(Object.keys(read({ learningRate: text }).errors), ["learningRate"]);
    }
  });

  it("makes a training of each combination of several values, named by what it differs in", () => {
    const { input, inputs, errors } = read({
      name: "sweep",
      learningRate: "0.1, 0.01 0.1",
      batchSize: "32 64",
      epochs: "2",
    });
    assertEquals([input.learningRate, input.batchSize, errors], [0.1, 32, {}]);
    assertEquals(inputs.map((one) => [one?.name, one?.learningRate, one?.batchSize, one?.epochs]), [
      ["sweep, batch size 32, learning rate 0.1", 0.1, 32, 2],
      ["sweep, batch size 32, learning rate 0.01", 0.01, 32, 2],
      ["sweep, batch size 64, learning rate 0.1", 0.1, 64, 2],
      ["sweep, batch size 64, learning rate 0.01", 0.01, 64, 2],
    ]);
    assertEquals(read({ seed: "1 2" }).inputs.map((one) => one?.name), [
      "BASIC_CNN, seed 1",
      "BASIC_CNN, seed 2",
    ]);
    assertEquals(read({ seed: "1 2 3", epochs: "1 2 3" }).errors, {
      seed: "Cannot start 9 trainings: the values must make at most 8 combinations.",
    });
  });
});

describe("a zoom", () => {
  const run = { epochs: 10, stepsPerEpoch: 100 };

  it("stays within the run, shows a few steps at least, and is none where it shows all", () => {
    assertEquals(fitZoom({ from: -2, to: 2 }, run), { from: 0, to: 4 });
    assertEquals(fitZoom({ from: 8, to: 12 }, run), { from: 6, to: 10 });
    const close = fitZoom({ from: 5, to: 5 }, run);
    assert(close && Math.abs(close.to - close.from - 0.2) < 1e-9);
    assertEquals(fitZoom({ from: -1, to: 11 }, run), undefined);
  });

  it("is of whole steps, from 1", () => {
    assertEquals(stepsOf({ from: 0, to: 0.255 }, 100), { fromStep: 1, toStep: 26 });
  });
});

describe("duration()", () => {
  it("says how long in two units at most", () => {
    assertEquals([0.2, 59, 60, 3599.5, 7500].map(duration), [
      "1 s",
      "59 s",
      "1 min 0 s",
      "1 h 0 min",
      "2 h 5 min",
    ]);
  });
});
