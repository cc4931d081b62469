/**
 * Weights that a training begins with: checkpoints of runs and uploaded files, each problem named before anything runs.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { encode } from "../../ml/checkpoint/safetensors.ts";
import { readWeights, START_FILE, weightShapes } from "../../ml/checkpoint/weights_file.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import { joinBytes } from "../../lib/bytes.ts";
import { aCheckpoint, aSpec } from "../support/fake_run.ts";
import { type TestServer, useServer } from "../support/start_server.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { apiId, batches, started, storeId } from "../support/written_run.ts";

const START = `mutation ($input: StartTrainingInput) {
  startTraining(input: $input) {
    run { id input startedFrom { runId epoch step fileName sha256 } }
  }
}`;
const CHECK = `query ($input: StartTrainingInput) {
  checkTraining(input: $input) { ok problems { path message } }
}`;
const CREATE =
  `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id url } } }`;

const LAYERS = [{ flatten: {} }, { linear: { name: "fc", outFeatures: 10 } }];
const NETWORK = { network: { layers: LAYERS } };
const SMALL = { ...NETWORK, batchSize: 32, trainSamples: 128, testSamples: 32, epochs: 3 };

/** A run with a checkpoint at the end of its first epoch, named 'good'. Returns its id in the API. */
async function runWithCheckpoint(server: TestServer): Promise<string> {
  const spec = aSpec(SMALL);
  const { run } = await server.store.create({ name: "first", spec });
  const claim = await server.store.claim({ worker: "w", leaseMs: 600_000, runId: run.id });
  assert(claim);
  using folder = temporaryFolder();
  const { path, sha256, bytes } = await aCheckpoint(folder.path, spec, 4);
  const file = "step-000000004.safetensors";
  await server.checkpoints.put(run.id, file, path);
  await server.store.append(claim, 1, [
    ...[started(), batches(1, 1, 2), batches(1, 3, 2)],
    { type: "checkpoint", step: 4, epoch: 1, file, sha256, bytes, reason: "epoch", testAcc: 0.5 },
    { type: "checkpointNamed", file, name: "good" },
    { type: "failed", error: "made up" },
  ]);
  return apiId(run.id);
}

/** Uploads a file, whole or in part. Returns the id of the upload. */
async function upload(server: TestServer, bytes: Uint8Array, sent = bytes.length): Promise<string> {
  const input = { fileName: "model.safetensors", bytes: bytes.length };
  const { createUpload: { upload } } = await server.ask(CREATE, { input });
  await (await fetch(`${server.origin}${upload.url}`, {
    method: "PATCH",
    headers: { "content-type": "application/offset+octet-stream", "upload-offset": "0" },
    body: bytes.slice(0, sent),
  })).body?.cancel();
  return upload.id;
}

/** A safetensors file with arrays of these shapes. */
function fileOf(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const arrays = Object.entries(shapes).map(([name, shape]) => (
    { name, shape, values: new Float32Array(elementCount(shape)).fill(0.5) }
  ));
  return joinBytes(encode(new Map(), arrays));
}

describe("startFrom", () => {
  const server = useServer({ hasCheckpoints: true });
  const specOf = async (id: string) => (await server.store.get(storeId(id)))?.spec;
  const weightsOf = async (id: string) => {
    const spec = await specOf(id);
    assert(spec?.startFrom);
    const path = join(server.home, "checkpoints", storeId(id), START_FILE);
    return await readWeights(path, spec.network, spec.startFrom.sha256);
  };
  const problemsOf = async (startFrom: unknown, change: object = {}) => {
    const variables = { input: { ...SMALL, startFrom, ...change } };
    const { checkTraining } = await server.ask(CHECK, variables);
    const { errors } = await (await server.post({ query: START, variables })).json();
    assertEquals(errors?.[0].extensions.problems, checkTraining.problems);
    assertEquals(checkTraining.ok, false);
    return checkTraining.problems as { path: string[]; message: string }[];
  };

  const start = async (input: object) =>
    (await server.ask(START, { input: { ...SMALL, ...input } })).startTraining.run;

  it("copies the weights of a run's checkpoint, which may then be deleted", async () => {
    const source = await runWithCheckpoint(server);
    for (const checkpoint of [{ epoch: 1 }, { name: "good" }, {}]) {
      const run = await start({ startFrom: { checkpoint: { runId: source, ...checkpoint } } });
      const from = (await specOf(run.id))?.startFrom;
      const origin = { epoch: 1, step: 4, sha256: from?.sha256 ?? "" };
      assertEquals(from, { kind: "checkpoint", runId: storeId(source), ...origin });
      assertEquals(run.startedFrom, { runId: source, fileName: null, ...origin });
    }
    const run = await start({ startFrom: { checkpoint: { runId: source } } });
    await server.ask(`mutation { deleteRun(runId: "${source}") { deletedRunId } }`);
    const names = (await weightsOf(run.id)).map(({ name }) => name).toSorted();
    assertEquals(names, ["fc.bias", "fc.weight"]);
    // Its input names its own copy, as the origin is gone.
    assertEquals(run.input.startFrom, { checkpoint: { runId: run.id, epoch: 0 } });
    const again = await start(run.input);
    assertEquals((await specOf(again.id))?.startFrom, (await specOf(run.id))?.startFrom);
    assertEquals(await weightsOf(again.id), await weightsOf(run.id));
  });

  it("copies the weights of an uploaded file", async () => {
    const shapes = Object.fromEntries(weightShapes(aSpec(SMALL).network));
    const file = await upload(server, fileOf(shapes));
    const run = await start({ startFrom: { file } });
    const from = (await specOf(run.id))?.startFrom;
    assertEquals(from?.kind, "file");
    const none = { runId: null, epoch: null, step: null };
    const origin = { ...none, fileName: "model.safetensors", sha256: from?.sha256 };
    assertEquals(run.startedFrom, origin);
    for (const { values } of await weightsOf(run.id)) assertEquals(values[3], 0.5);
  });

  it("names every array that is missing, additional or of another shape", async () => {
    const file = await upload(
      server,
      fileOf({ "fc.weight": [784, 10], "fc.gamma": [10], "module.fc.bias": [10] }),
    );
    const problems = await problemsOf({ file }, { batchSize: 0 });
    assertEquals(problems.map(({ path, message }) => `${path.join(".")}: ${message}`), [
      "input.batchSize: Cannot train with batchSize 0: batchSize must be between 1 and 4096.",
      "input.startFrom.file.fc.weight: Cannot train from these weights: array 'fc.weight' must have the shape " +
      "[10, 784], got [784, 10].",
      "input.startFrom.file.fc.bias: Cannot train from these weights: array 'fc.bias' must be there with the " +
      "shape [10], got none.",
      "input.startFrom.file.fc.gamma: Cannot train from these weights: array 'fc.gamma' must be one of the " +
      "network's, got one of [10] more.",
      "input.startFrom.file.module.fc.bias: Cannot train from these weights: array 'module.fc.bias' must be one " +
      "of the network's, got one of [10] more.",
    ]);
  });

  it("refuses a network that differs from the run's", async () => {
    const runId = await runWithCheckpoint(server);
    const wider = { linear: { name: "fc", outFeatures: 12 } };
    const layers = [{ flatten: {} }, wider, { relu: {} }, { linear: {} }];
    const problems = await problemsOf({ checkpoint: { runId } }, { network: { layers } });
    const names = problems.map(({ path }) => path.at(-1));
    assertEquals(names, ["fc.weight", "fc.bias", "3.weight", "3.bias"]);
  });

  it("says what is wrong with a choice", async () => {
    const runId = await runWithCheckpoint(server);
    const fresh = await start({});
    const partial = await upload(server, fileOf({ "fc.bias": [10] }), 5);
    const torch = await upload(server, Uint8Array.from([0x50, 0x4b, 3, 4, ...new Uint8Array(40)]));
    const noise = await upload(server, new Uint8Array(64).fill(7));
    const at = (checkpoint: object) => ({ checkpoint: { runId, ...checkpoint } });
    const file = (file: string) => ({ file });
    const cases: [unknown, RegExp][] = [
      [at({ epoch: 2 }), /^checkpoint\.epoch: .*of the end of epoch 2, only of the epochs 1\./],
      [at({ epoch: 0 }), /^checkpoint\.epoch: .*began with random weights/],
      [at({ epoch: -1 }), /^checkpoint\.epoch: .*a whole number from 0 on/],
      [at({ name: "bad" }), /^checkpoint\.name: .*no checkpoint 'bad'/],
      [at({ name: "good", epoch: 1 }), /^checkpoint\.name: .*both be given, got 1 and 'good'/],
      [at({ runId: fresh.id }), /^checkpoint\.runId: .*none was saved yet, or all were deleted/],
      [at({ runId: "nonsense" }), /^checkpoint\.runId: .*no run has the ID 'nonsense'/],
      [file("00000000-0000-0000-0000-000000000000"), /^file: .*was removed or has expired/],
      [file(partial), /^file: .*must have \d+ bytes, got 5 so far/],
      [file(torch), /^file: .*torch\.save\(\)\. Write it with safetensors\.torch\.save_file/],
      [file(noise), /^file: Cannot read checkpoint model\.safetensors: its header must have/],
    ];
    for (const [startFrom, message] of cases) {
      const problems = await problemsOf(startFrom);
      assertEquals(problems.length, 1);
      const [problem] = problems;
      assertMatch(`${problem?.path.slice(2).join(".")}: ${problem?.message}`, message);
    }
  });

  it("says of a checkpoint whose file is gone that it is", async () => {
    const runId = await runWithCheckpoint(server);
    await server.checkpoints.removeAll(storeId(runId));
    const [problem] = await problemsOf({ checkpoint: { runId } });
    assertMatch(problem?.message ?? "", /'step-000000004\.safetensors' of the run 'first' is gone/);
  });

  it("starts once for a repeated request, and leaves no second copy", async () => {
    const runId = await runWithCheckpoint(server);
    const input = { startFrom: { checkpoint: { runId } }, idempotencyKey: "again", seed: 1 };
    const first = await start(input);
    const before = await server.checkpoints.runIds();
    assertEquals(await start(input), first);
    assertEquals(await server.checkpoints.runIds(), before);
  });
});
