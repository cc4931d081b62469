/** Reading an imported dataset of colours through the API, and predicting from photos by its own preprocessing. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import sharp from "sharp";
import type { RunEventBody } from "../../runs/log/event.ts";
import { aCheckpoint } from "../support/fake_run.ts";
import { assertRefused } from "../support/http.ts";
import { colouredImages, zipOf } from "../support/image_files.ts";
import { importZip } from "../support/imported_server.ts";
import { type TestServer, useServer } from "../support/start_server.ts";
import { storeId } from "../support/written_run.ts";

const PREDICT = `query ($runId: ID!, $pixels: [Int!], $image: String) {
  predict(runId: $runId, pixels: $pixels, image: $image) { className classNames probabilities }
}`;

/** Starts a run on a dataset, and gives it a checkpoint. Returns its id. */
async function runWithCheckpoint(
  server: TestServer,
  dataset: string,
  preset = "LENET",
  end: readonly RunEventBody[] = [],
): Promise<string> {
  const { startTraining: { run } } = await server.ask(
    `mutation ($dataset: String!, $preset: Preset!) {
      startTraining(input: { dataset: $dataset, network: { preset: $preset }, batchSize: 8, epochs: 1, seed: 1 }) {
        run { id }
      }
    }`,
    { dataset, preset },
  );
  const id = storeId(run.id);
  const stored = await server.store.get(id);
  const claim = await server.store.claim({ worker: "w", leaseMs: 600_000, runId: id });
  assert(stored && claim);
  const folder = await Deno.makeTempDir();
  const { path, sha256, bytes } = await aCheckpoint(folder, stored.spec, 1);
  const file = "step-000000001.safetensors";
  await server.checkpoints.put(id, file, path);
  await server.store.append(claim, 1, [
    { type: "started", device: "d", engine: "e", stepsPerEpoch: 3, steps: 3, parameters: 1 },
    { type: "batches", epoch: 1, firstStep: 1, losses: [1], accs: [0], samplesPerSecond: 1 },
    { type: "checkpoint", step: 1, epoch: 1, file, sha256, bytes, reason: "pause", testAcc: 0.5 },
    ...end,
  ]);
  await Deno.remove(folder, { recursive: true });
  return run.id;
}

/** A photo of one colour. */
const photo = sharp({
  create: { width: 90, height: 50, channels: 3, background: { r: 200, g: 40, b: 90 } },
});

describe("a dataset of colours", () => {
  const server = useServer({ hasImports: true, hasCheckpoints: true });
  const images = { width: 32, height: 32, color: "RGB", fit: "COVER" };

  it("is shown in colour, and classified by a network of three channels", async () => {
    await importZip(server, "colours", await zipOf(colouredImages(10)), { images });
    const { samples } = await server.ask(`{
      samples(dataset: "colours", first: 1) { nodes { className pixels image } picture { svg } }
    }`);
    const [{ className, pixels, image }] = samples.nodes;
    const png = decode(Uint8Array.fromBase64(image.split(",")[1]));
    assertEquals([png.width, png.height, png.channels], [32, 32, 3]);
    assertEquals([...png.data], pixels);
    assertEquals(
      ["red", "green", "blue"][pixels.indexOf(Math.max(...pixels.slice(0, 3)))],
      className,
    );
    assertMatch(samples.picture.svg, new RegExp(`>${className}</text>`));

    const runId = await runWithCheckpoint(server, "colours");
    const { datasets } = await server.ask(`{ datasets { name runCount } }`);
    const counts = (datasets as { name: string; runCount: number }[])
      .map(({ name, runCount }) => `${name} ${runCount}`);
    assertEquals(counts, ["mnist 0", "fashion-mnist 0", "colours 1"]);
    const { run } = await server.ask(
      `query ($runId: ID!) {
        run(id: $runId) {
          confusionMatrix { classes counts }
          mistakes(first: 3) { sample { image } predictedClassName }
          kernels { shape picture { svg } }
        }
      }`,
      { runId },
    );
    assertEquals(run.confusionMatrix.classes, ["blue", "green", "red"]);
    assertEquals(run.confusionMatrix.counts.flat().reduce((a: number, b: number) => a + b), 6);
    assertEquals(run.kernels.shape[1], 3);
    assert(run.mistakes.length > 0);
  });

  it("is what photos of any size and format are brought to before they are classified", async () => {
    await importZip(server, "photos", await zipOf(colouredImages(10)), { images });
    const runId = await runWithCheckpoint(server, "photos");
    const pixels = Array.from({ length: 3072 }, (_, at) => [200, 40, 90][at % 3] ?? 0);
    const expected = (await server.ask(PREDICT, { runId, pixels })).predict;
    assertEquals(expected.probabilities.length, 3);
    for (const format of ["png", "webp"] as const) {
      const file = await photo.toFormat(format, { lossless: true }).toBuffer();
      const image = `data:image/${format};base64,${new Uint8Array(file).toBase64()}`;
      assertEquals((await server.ask(PREDICT, { runId, image })).predict, expected, format);
    }
    const jpeg = new Uint8Array(await photo.jpeg().toBuffer());
    const uri = (bytes: Uint8Array) => `data:image/jpeg;base64,${bytes.toBase64()}`;
    const { predict } = await server.ask(PREDICT, { runId, image: uri(jpeg) });
    assertEquals(predict.className, expected.className);

    const refusals: readonly [image: string, message: RegExp][] = [
      [uri(jpeg.subarray(0, 200)), /a whole image, got one that is damaged or cannot be decoded/],
      [uri(new TextEncoder().encode("no image")), /image must be a PNG, JPEG, WebP/],
      [uri(new Uint8Array()), /image must be a PNG, JPEG, .+, got an empty file\.$/],
      ["data:text/plain,x", /image must begin with 'data:image\/…;base64,', got text\/plain\.$/],
    ];
    for (const [image, message] of refusals) {
      const response = server.post({ query: PREDICT, variables: { runId, image } });
      await assertRefused(response, { code: "BAD_USER_INPUT", message });
    }
  });

  it("leaves the names of its classes to runs when it is deleted, also for photos and models", async () => {
    const wide = { ...images, width: 32, height: 32, fit: "CONTAIN" };
    await importZip(server, "lost", await zipOf(colouredImages(10)), { images: wide });
    const runId = await runWithCheckpoint(server, "lost", "LENET", [{ type: "completed" }]);
    const file = await photo.png().toBuffer();
    const image = `data:image/png;base64,${new Uint8Array(file).toBase64()}`;
    const before = (await server.ask(PREDICT, { runId, image })).predict;
    assert(["blue", "green", "red"].includes(before.className));

    await server.ask(`mutation { deleteDataset(name: "lost") { deletedName } }`);
    assertEquals((await server.ask(PREDICT, { runId, image })).predict, before);
    assertEquals(before.classNames, ["blue", "green", "red"]);
    const resume = `mutation { resumeTraining(runId: "${runId}", epochs: 9) { run { state } } }`;
    const deleted = /^Cannot resume a training: its dataset 'lost' was deleted\. Import/;
    await assertRefused(server.post({ query: resume }), { code: "CONFLICT", message: deleted });
    assertEquals((await server.store.get(storeId(runId)))?.snapshot.state, "COMPLETED");
    const model = await fetch(`${server.origin}/runs/${storeId(runId)}/model.tfjs.zip`);
    assert((await model.text()).includes("labels.json"));
    const query = `{ run(id: "${runId}") { confusionMatrix { counts } } }`;
    const message =
      /^Cannot use dataset 'lost': its version [0-9a-f]{8}… is not there; it may have been/;
    await assertRefused(server.post({ query }), { message });
  });

  it("is drawn as an augmentation makes it", async () => {
    await importZip(server, "augmented", await zipOf(colouredImages(10)), { images });
    const { checkTraining } = await server.ask(`{
      checkTraining(input: {
        dataset: "augmented", network: { preset: LENET }, augmentation: [{ horizontalFlip: {} }]
      }) { ok augmentedSamples { svg } }
    }`);
    assertEquals(checkTraining.ok, true);
    assertMatch(checkTraining.augmentedSamples.svg, /augmented, as epoch 1 sees it/);
  });
});

describe("a dataset of features", () => {
  const server = useServer({ hasImports: true, hasCheckpoints: true });

  it("is classified by a network of linear layers, and has no pictures", async () => {
    const rows = Array.from(
      { length: 30 },
      (_, at) => `${at % 2},${at}.5,${at % 2 ? "odd" : "even"}`,
    );
    await importZip(server, "numbers", await zipOf({ "numbers.csv": rows.join("\n") }), {});
    const runId = await runWithCheckpoint(server, "numbers", "MLP");
    const { predict } = await server.ask(
      `query ($runId: ID!, $features: [Float!]) {
        predict(runId: $runId, features: $features) { className probabilities }
      }`,
      { runId, features: [1, 7.5] },
    );
    assertEquals(predict.probabilities.length, 2);
    assert(["odd", "even"].includes(predict.className));
    const { run } = await server.ask(
      `query ($runId: ID!) { run(id: $runId) { confusionMatrix { classes counts } } }`,
      { runId },
    );
    const { classes, counts } = run.confusionMatrix;
    assertEquals(classes, ["even", "odd"]);
    assertEquals(counts.flat().reduce((sum: number, count: number) => sum + count), 6);

    for (
      const [sample, message] of [
        [{ features: [1] }, /features must be 2 numbers, got 1/],
        [{ pixels: [1, 2] }, /features must be 2 numbers, got none/],
      ] as const
    ) {
      const refused = await server.post({
        query: `query ($runId: ID!, $features: [Float!], $pixels: [Int!]) {
          predict(runId: $runId, features: $features, pixels: $pixels) { className }
        }`,
        variables: { runId, ...sample },
      });
      await assertRefused(refused, { code: "BAD_USER_INPUT", message });
    }
    const shown = await server.post({ query: `{ samples(dataset: "numbers") { totalCount } }` });
    await assertRefused(shown, {
      code: "BAD_USER_INPUT",
      message: /must be images, got rows of features/,
    });
  });
});
