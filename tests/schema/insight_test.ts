/** Evaluations of checkpoints through the API: a real training, its real checkpoints, and queries about them. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  fail,
} from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import { takeFirst } from "../../data/dataset.ts";
import { checkpointName } from "../../ml/checkpoint/checkpoint.ts";
import { confusionMatrix } from "../../ml/metrics.ts";
import { encodePng } from "../../pictures/sample_png.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import {
  type CheckpointEvaluator,
  createCheckpointEvaluator,
} from "../../runs/reading/checkpoint_evaluator.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import { LOCAL } from "../../schema/base/access.ts";
import { mnist } from "../ml/support/datasets.ts";
import { squaresOf, textsOf } from "../pictures/look.ts";
import { type Api, badInput, createApi } from "../support/api.ts";
import { aSpec } from "../support/fake_run.ts";
import { folderPerSuite } from "../support/temporary_folder.ts";
import { trainOnce } from "../support/trained_run.ts";
import { apiId, claimRun, type WrittenRun } from "../support/written_run.ts";

const TEST_SAMPLES = 250;
const SPEC = aSpec({ epochs: 2, learningRate: 0.05, trainSamples: 640, testSamples: TEST_SAMPLES });
const PREDICT = `query (
  $runId: ID!, $pixels: [Int!], $image: String, $checkpoint: String, $epoch: Int
) {
  predict(
    runId: $runId, pixels: $pixels, image: $image, checkpoint: $checkpoint, epoch: $epoch
  ) { label className probabilities checkpoint { step } }
}`;
const PNG = "data:image/png;base64,";
/** An image that is grey everywhere. */
const pixels = new Array<number>(784).fill(9);

/** An array of a safetensors file, read without what wrote it. */
async function arrayIn(path: string, name: string): Promise<number[]> {
  const bytes = await Deno.readFile(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const [begin, end] = header[name].data_offsets;
  return [...new Float32Array(bytes.slice(8 + length + begin, 8 + length + end).buffer)];
}

describe("an evaluation of a run's checkpoint", () => {
  const folder = folderPerSuite();
  let store: RunStore;
  let checkpoints: CheckpointStore;
  let evaluator: CheckpointEvaluator;
  let api: Api;
  /** A run that is trained and then in its log. */
  let run: WrittenRun;
  let runId: string;
  const testAccs: number[] = [];

  const evaluatorOf = (checkpoints: CheckpointStore) =>
    createCheckpointEvaluator({
      checkpoints: () => Promise.resolve(checkpoints),
      scratch: folder.join("scratch"),
    });

  before(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
    checkpoints = openFolderStore(folder.join("checkpoints"));
    evaluator = evaluatorOf(checkpoints);
    const test = await mnist("test", 2 * TEST_SAMPLES);
    const datasets = { open: () => Promise.resolve(test) };
    api = createApi({ viewer: LOCAL, store, evaluator, datasets });
    run = await newRun();
    runId = run.id;
    const trained = await trainOnce(SPEC, folder.path);
    for (const event of trained.events) {
      if (event.type === "epoch") testAccs.push(event.testAcc);
      await run.append(event);
    }
    for (const { event, path } of trained.checkpoints) {
      await checkpoints.put(run.key, event.file, path);
      await run.append(event);
    }
  });
  after(async () => {
    evaluator.close();
    await store.close();
  });

  async function newRun(spec = SPEC): Promise<WrittenRun> {
    const { run: { id } } = await store.create({ name: "digits", spec });
    return await claimRun(store, { id: apiId(id), started: false });
  }

  it("counts as the training did, for the newest checkpoint and for past epochs", async () => {
    const seen = await api.readRun(
      runId,
      `newest: confusionMatrix { accuracy counts classes checkpoint { step } }
      first: confusionMatrix(epoch: 1) { accuracy counts }
      named: confusionMatrix(checkpoint: "${checkpointName(20)}") { accuracy }
      none: confusionMatrix(epoch: 3) { accuracy }
      unnamed: classReport(checkpoint: "step-1.safetensors") { accuracy }`,
    );
    const [firstAcc = NaN, lastAcc = NaN] = testAccs;
    assertNotEquals(firstAcc, lastAcc, "the epochs must differ, so that they can be mixed up");
    const hits = (counts: number[][]) =>
      counts.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
    assertEquals(hits(seen.newest.counts), Math.round(lastAcc * TEST_SAMPLES));
    assertEquals(hits(seen.first.counts), Math.round(firstAcc * TEST_SAMPLES));
    assertEquals(seen.newest.accuracy, hits(seen.newest.counts) / TEST_SAMPLES);
    assertStrictEquals(seen.named.accuracy, seen.first.accuracy);
    assertEquals(seen.newest.counts.flat().reduce((a: number, b: number) => a + b), TEST_SAMPLES);
    assertEquals(seen.newest.checkpoint.step, 40);
    assertEquals(seen.newest.classes, [..."0123456789"]);
    assertEquals(seen.none, null);
    assertEquals(seen.unnamed, null);
  });

  it("is read from the log at an epoch's end, with the counts of an evaluation", async () => {
    const { snapshot } = (await store.get(run.key)) ?? fail();
    const { file = "", sha256 = "" } = snapshot.lastCheckpoint ?? {};
    const test = takeFirst(await api.context.datasets.open("mnist", "test"), TEST_SAMPLES);
    const { predicted } = await evaluator.evaluate({ runId: run.key, file, sha256 }, test);
    const { evaluator: _, ...onlyLog } = api.context;
    const seen = await createApi(onlyLog).readRun(
      runId,
      `confusionMatrix { counts accuracy picture(theme: DARK) { svg } }
      classReport(epoch: 1) { accuracy }`,
    );
    assertEquals(seen.confusionMatrix.counts, confusionMatrix(test.labels, predicted, 10));
    assertEquals(seen.classReport.accuracy, testAccs[0]);
    const texts = textsOf(seen.confusionMatrix.picture.svg);
    const accuracy = (100 * seen.confusionMatrix.accuracy).toFixed(2);
    assertEquals(texts.slice(0, 2), [
      "digits",
      `accuracy ${accuracy}% · n = 250 (MNIST test set) · epoch 2, step 40`,
    ]);
    assertEquals(texts.slice(2, 102).map(Number), seen.confusionMatrix.counts.flat());
  });

  it("is made anew if the log has no counts, as for older runs", async () => {
    const forgetful: RunStore = {
      ...store,
      read: async (...asked) =>
        (await store.read(...asked)).map((event) => {
          if (event.type !== "epoch") return event;
          const { confusion: _, ...rest } = event;
          return rest;
        }),
    };
    const query = "query ($runId: ID!) { run(id: $runId) { confusionMatrix { counts } } }";
    const { run: counted } = await api.with({ store: forgetful }).ask(query, { runId });
    assertEquals(counted, (await api.ask(query, { runId })).run);
    const { evaluator: _, ...onlyLog } = api.context;
    const { message } = await createApi({ ...onlyLog, store: forgetful }).refuse(query, { runId });
    assertMatch(message, /^Cannot test a checkpoint: this server does not read checkpoints\.$/);
  });

  it("has scores by class, and the mistakes, the worst first", async () => {
    const { confusionMatrix, classReport, mistakes, two } = await api.readRun(
      runId,
      `confusionMatrix { counts accuracy }
      classReport { accuracy macroF1 perClass { label className recall support } }
      mistakes(first: 1000) { label predicted probabilities sample { index label } }
      two: mistakes(first: 2) { sample { index } }`,
    );
    const { counts, accuracy } = confusionMatrix;
    assertStrictEquals(classReport.accuracy, accuracy);
    assert(classReport.macroF1 > 0 && classReport.macroF1 < 1);
    for (const { label, className, recall, support } of classReport.perClass) {
      const row: number[] = counts[label];
      assertEquals(className, String(label));
      assertEquals(support, row.reduce((sum, count) => sum + count, 0));
      assertEquals(recall, (row[label] ?? NaN) / support);
    }
    assertEquals(mistakes.length, Math.round((1 - accuracy) * TEST_SAMPLES));
    let worst = 0;
    for (const { label, predicted, probabilities, sample } of mistakes) {
      assertNotStrictEquals(label, predicted);
      assertStrictEquals(label, sample.label);
      assertEquals(Math.max(...probabilities), probabilities[predicted]);
      assert(probabilities[label] >= worst);
      worst = probabilities[label];
    }
    type Mistake = { readonly sample: { readonly index: number } };
    const indices = (list: readonly Mistake[]) => list.map(({ sample }) => sample.index);
    assertEquals(indices(two), indices(mistakes.slice(0, 2)));
  });

  it("has the mistakes of one cell of the confusion matrix, of a row, of a column", async () => {
    const cells = Array.from({ length: 100 }, (_, cell) => (
      { label: Math.floor(cell / 10), predicted: cell % 10 }
    ));
    const mistakes = cells.map(({ label, predicted }, cell) =>
      `_${cell}: mistakes(first: 1000, label: ${label}, predicted: ${predicted}) { label predicted }`
    );
    const seen = await api.readRun(
      runId,
      `confusionMatrix { counts }
      ${mistakes.join("\n")}
      row: mistakes(first: 1000, label: 5) { label }
      column: mistakes(first: 1000, predicted: 5) { predicted }`,
    );
    const { counts } = seen.confusionMatrix;
    for (const [cell, { label, predicted }] of cells.entries()) {
      const expected = label === predicted ? 0 : counts[label][predicted];
      assertEquals(seen[`_${cell}`], new Array(expected).fill({ label, predicted }));
    }
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    const column = counts.map((row: number[]) => row[5]);
    assertEquals(seen.row, new Array(sum(counts[5]) - counts[5][5]).fill({ label: 5 }));
    assertEquals(seen.column, new Array(sum(column) - counts[5][5]).fill({ predicted: 5 }));
  });

  it("predicts the class of an image, given as pixels or as a PNG, by any checkpoint", async () => {
    const { images } = await mnist("test", 1);
    const pixels = [...images];
    const image = `${PNG}${encodePng(images, 28, 28).toBase64()}`;
    const { predict: newest } = await api.ask(PREDICT, { runId, pixels });
    const { predict: drawn } = await api.ask(PREDICT, { runId, image });
    const { predict: first } = await api.ask(PREDICT, { runId, pixels, epoch: 1 });
    assertEquals(drawn, newest);
    assertEquals(newest.checkpoint.step, 40);
    assertEquals(first.checkpoint.step, 20);
    assertNotEquals(first.probabilities, newest.probabilities);
    assertEquals(newest.className, String(newest.label));
    assertEquals(Math.max(...newest.probabilities), newest.probabilities[newest.label]);
    const sum = newest.probabilities.reduce((sum: number, share: number) => sum + share, 0);
    assert(Math.abs(sum - 1) < 1e-5);
  });

  it("has the kernels of the checkpoint's file, as numbers and as a picture", async () => {
    const { snapshot } = (await store.get(run.key)) ?? fail();
    const { file = "", sha256 = "" } = snapshot.lastCheckpoint ?? {};
    const path = await checkpoints.fetch(run.key, file, folder.path, { sha256 });
    const { kernels, second, before, none } = await api.readRun(
      runId,
      `kernels { layer shape values checkpoint { step } picture { svg png(scale: 1) } }
      second: kernels(layer: "conv2") { layer shape values }
      before: kernels(epoch: 1) { values checkpoint { step } }
      none: kernels(epoch: 3) { layer }`,
    );
    assertEquals([kernels.layer, second.layer], ["conv1", "conv2"]);
    assertEquals([kernels.shape, second.shape], [[32, 1, 3, 3], [64, 32, 3, 3]]);
    assertEquals(kernels.values, await arrayIn(path, "conv1.weight"));
    assertEquals(second.values, await arrayIn(path, "conv2.weight"));
    assertEquals([kernels.checkpoint.step, before.checkpoint.step], [40, 20]);
    assertNotEquals(before.values, kernels.values);
    assertEquals(none, null);

    const { svg, png } = kernels.picture;
    assertEquals(textsOf(svg).slice(0, 2), [
      "digits",
      "conv1: 32 kernels of 3 × 3 · epoch 2, step 40",
    ]);
    assertEquals(squaresOf(svg).length, 32 * 9);
    const { width } = decode(Uint8Array.fromBase64(png.slice(PNG.length)));
    assert(svg.includes(`width="${width}"`));
  });

  it("refuses the kernels of a layer that is not a convolution", async () => {
    const query = `query ($runId: ID!) { run(id: $runId) { kernels(layer: "fc1") { layer } } }`;
    const message = "Cannot read kernels: layer must be conv1 or conv2 in a BASIC_CNN, got 'fc1'.";
    assertEquals(await api.refuse(query, { runId }), badInput(message, "layer"));
  });

  it("refuses the kernels of a network without a convolution", async () => {
    const { id } = await newRun(aSpec({ network: { preset: "MLP" } }));
    const query = `query ($id: ID!) { run(id: $id) { kernels { layer } } }`;
    const { message } = await api.refuse(query, { id });
    assertEquals(
      message,
      "Cannot read kernels: the run's network must have a convolution, MLP has none.",
    );
  });

  it("is null without a checkpoint, and a prediction is a conflict then", async () => {
    const { id: bare } = await newRun();
    assertEquals(
      await api.readRun(bare, "confusionMatrix { accuracy } mistakes { label } kernels { layer }"),
      { confusionMatrix: null, mistakes: null, kernels: null },
    );
    const { message, extensions } = await api.refuse(PREDICT, { runId: bare, pixels });
    assertMatch(message, /^Cannot predict: the run must have a checkpoint, got none\. /);
    assertEquals(extensions?.["code"], "CONFLICT");
    const gone = await api.refuse(PREDICT, { runId, pixels, epoch: 9 });
    assertEquals(gone.extensions?.["code"], "NOT_FOUND");
  });

  it("refuses an image of another form or size, and says what it must be", async () => {
    const small = encodePng(new Uint8Array(6), 2, 3).toBase64();
    const wrong: [Record<string, unknown>, RegExp, ...path: (string | number)[]][] = [
      [{ pixels: [1] }, /pixels must be 784 grey values, got 1\.$/, "pixels"],
      [{ pixels: pixels.with(5, 256) }, /must be between 0 and 255, got 256\.$/, "pixels", 5],
      [{}, /either pixels or image must be given, got none\.$/, "pixels"],
      [{ pixels, image: PNG }, /either pixels or image must be given, got both\.$/, "image"],
      [
        { image: "data:image/gif;base64,AA==" },
        /image must begin with 'data:image\/png;base64,', got image\/gif\.$/,
        "image",
      ],
      [{ image: "iVBORw0KGgo=" }, /got something else\.$/, "image"],
      [{ image: PNG + "A".repeat(32_768) }, /at most 32768 characters, got 32790\.$/, "image"],
      [{ image: `${PNG}%` }, /image must be in base64/, "image"],
      [{ image: `${PNG}AAAA` }, /image must be a PNG file, got something else\.$/, "image"],
      [{ image: PNG + small }, /image must be 28 x 28 pixels, got 3 x 2\.$/, "image"],
      [{ pixels, epoch: 1, checkpoint: "a" }, /checkpoint and epoch must not both/, "epoch"],
    ];
    for (const [variables, expected, ...path] of wrong) {
      const { message, extensions } = await api.refuse(PREDICT, { runId, ...variables });
      assertMatch(message, expected);
      assertMatch(message, /^Cannot predict: /);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path });
    }
  });

  it("refuses a picture that shows nothing, as black lines on a transparent canvas are", async () => {
    const nothing = new Uint8Array(784);
    const image = `${PNG}${encodePng(nothing, 28, 28).toBase64()}`;
    for (const variables of [{ pixels: [...nothing] }, { image }]) {
      const { message, extensions } = await api.refuse(PREDICT, { runId, ...variables });
      assertMatch(message, /must show something, got only black.* Draw in white on black\.$/);
      assertEquals(extensions, { code: "BAD_USER_INPUT", path: Object.keys(variables) });
    }
  });

  it("warns of a picture that seems inverted", async () => {
    const query = `query ($runId: ID!, $pixels: [Int!]!) {
      predict(runId: $runId, pixels: $pixels) { warning }
    }`;
    const white = new Array<number>(784).fill(255).fill(0, 100, 140);
    const { predict } = await api.ask(query, { runId, pixels: white });
    assertEquals(
      predict.warning,
      "95% of the pixels are light, but the samples of 'mnist' are light on black. Invert the picture.",
    );
    const black = white.map((pixel) => 255 - pixel);
    assertEquals((await api.ask(query, { runId, pixels: black })).predict.warning, null);
  });

  it("finds a checkpoint by its name as by its file", async () => {
    await store.nameCheckpoint(run.key, { file: checkpointName(20), name: "early" });
    const { predict } = await api.ask(PREDICT, { runId, pixels, checkpoint: "early" });
    assertEquals(predict.checkpoint.step, 20);
    const seen = await api.readRun(
      runId,
      `confusionMatrix(checkpoint: "early") { accuracy checkpoint { name step } }
      classReport(checkpoint: "early") { accuracy }
      mistakes(checkpoint: "early") { label }
      first: mistakes(epoch: 1) { label }`,
    );
    assertEquals(seen.confusionMatrix.checkpoint, { name: "early", step: 20 });
    assertStrictEquals(seen.classReport.accuracy, seen.confusionMatrix.accuracy);
    assertEquals(seen.mistakes, seen.first);
    const late = await api.refuse(PREDICT, { runId, pixels, checkpoint: "late" });
    assertMatch(late.message, /^Cannot predict: the run has no checkpoint 'late'\. /);
    assertEquals(late.extensions?.["code"], "NOT_FOUND");
    await store.nameCheckpoint(run.key, { file: checkpointName(20), name: null });
  });

  it("uses the next checkpoint if the newest one is removed meanwhile", async () => {
    const [first, last] = ((await store.get(run.key)) ?? fail()).snapshot.checkpoints;
    assert(first && last);
    // A run as it was read a moment ago: its newest checkpoint is one that is not there any more.
    const old = { ...last, file: "gone.safetensors", sha256: "0".repeat(64) };
    let reads = 0;
    const overtaken: RunStore = {
      ...store,
      async get(id) {
        const run = await store.get(id) ?? fail();
        return reads++ > 0 ? run : { ...run, snapshot: { ...run.snapshot, checkpoints: [old] } };
      },
    };
    const { predict } = await api.with({ store: overtaken }).ask(PREDICT, { runId, pixels });
    assertEquals(predict.checkpoint.step, 40);
    assertEquals(reads, 2);
  });

  it("leaves no copy of a checkpoint", async () => {
    assertEquals(await Array.fromAsync(Deno.readDir(folder.join("scratch"))), []);
  });

  it("is UNAVAILABLE on a server that reads no checkpoints, or if they are lost", async () => {
    const { evaluator: _, ...without } = api.context;
    const { message, extensions } = await createApi(without).refuse(PREDICT, { runId, pixels });
    assertMatch(message, /this server does not read checkpoints/);
    assertEquals(extensions?.["code"], "UNAVAILABLE");

    const lost = evaluatorOf(openFolderStore(folder.join("nothing")));
    try {
      const answer = await api.with({ evaluator: lost }).refuse(PREDICT, { runId, pixels });
      assertEquals(answer.extensions?.["code"], "UNAVAILABLE");
    } finally {
      lost.close();
    }
  });
});
