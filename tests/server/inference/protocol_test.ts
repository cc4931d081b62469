/** The Open Inference Protocol v2 over HTTP: its routes, its tensors, and its errors. */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { missingPackages, runPython } from "../../support/python.ts";
import { trainKept } from "../../support/keep_checkpoint.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun, type WrittenRun } from "../../support/written_run.ts";

const TOKEN = "correct-horse-battery-staple";
const SIZE = 28 * 28;
const headers = { authorization: `Bearer ${TOKEN}` };

/** Grey values of samples that differ. */
const pixelsOf = (count: number) =>
  Array.from({ length: count * SIZE }, (_, index) => (index * 37 + (index >> 5)) % 256);

const missing = await missingPackages("tritonclient", "numpy", "gevent");
if (missing) console.warn(`Triton's client is not run: ${missing}.`);

describe("the Open Inference Protocol", () => {
  const server = useServer({ hasCheckpoints: true, token: TOKEN });
  let worker: WrittenRun;
  const get = (path: string) => fetch(`${server.origin}${path}`, { headers });
  const infer = (body: unknown, model = "a%20run", more: Record<string, string> = {}) =>
    fetch(`${server.origin}/v2/models/${model}/infer`, {
      method: "POST",
      headers: { ...headers, ...more },
      body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
    });
  const images = (count: number, more = {}) => ({
    name: "images",
    datatype: "UINT8",
    shape: [count, 1, 28, 28],
    data: pixelsOf(count),
    ...more,
  });
  const assertError = async (asked: Promise<Response>, status: number, message: RegExp) => {
    const response = await asked;
    const body = await response.json();
    assertEquals([response.status, Object.keys(body)], [status, ["error"]], JSON.stringify(body));
    assertMatch(body.error, message);
  };

  before(async () => {
    worker = await startRun(server.store, "a run");
    for (const epoch of [1, 2]) await trainKept(server, worker, epoch);
  });

  it("describes the server and says without a token whether it is live and ready", async () => {
    const { name, extensions } = await (await get("/v2")).json();
    assertEquals([name, extensions], ["epochql", ["binary_tensor_data"]]);
    const live = await fetch(`${server.origin}/v2/health/live`);
    assertEquals([live.status, await live.json()], [200, { live: true }]);
    const response = await fetch(`${server.origin}/v2/health/ready`);
    assertEquals([response.status, await response.json()], [200, { ready: true }]);
  });

  it("describes a model by the run's id or name, of any version", async () => {
    const expected = {
      name: "a run",
      versions: ["1", "2"],
      platform: "epochql",
      inputs: [{ name: "images", datatype: "FP32", shape: [-1, 1, 28, 28] }],
      outputs: [
        { name: "probabilities", datatype: "FP32", shape: [-1, 10] },
        { name: "classes", datatype: "BYTES", shape: [-1] },
        { name: "logits", datatype: "FP32", shape: [-1, 10] },
      ],
    };
    for (const path of ["a%20run", worker.key, "a%20run/versions/1"]) {
      assertEquals(await (await get(`/v2/models/${path}`)).json(), expected);
      const ready = await get(`/v2/models/${path}/ready`);
      assertEquals(await ready.json(), { name: "a run", ready: true });
    }
  });

  it("predicts what the API predicts, from nested, flat and binary data of both types", async () => {
    const count = 3;
    const pixels = pixelsOf(count);
    const rows = await Promise.all(
      Array.from({ length: count }, async (_, sample) =>
        (await server.ask(
          "query($id: ID!, $pixels: [Int!]!) { predict(runId: $id, pixels: $pixels) { probabilities className } }",
          { id: worker.id, pixels: pixels.slice(sample * SIZE, (sample + 1) * SIZE) },
          headers,
        )).predict),
    );
    const scaled = pixels.map((pixel) => pixel / 255);
    const rowOf = (sample: number, row: number) =>
      pixels.slice((sample * 28 + row) * 28).slice(0, 28);
    const imageOf = (sample: number) => Array.from({ length: 28 }, (_, row) => rowOf(sample, row));
    const nested = Array.from({ length: count }, (_, sample) => [imageOf(sample)]);
    const bytes = new Uint8Array(Float32Array.from(scaled).buffer);
    const { data: _, ...noData } = images(count, {
      datatype: "FP32",
      parameters: { binary_data_size: bytes.length },
    });
    const head = new TextEncoder().encode(JSON.stringify({ inputs: [noData] }));
    const responses = [
      await infer({ id: "42", inputs: [images(count)] }),
      await infer({ inputs: [images(count, { data: nested })] }, worker.key),
      await infer({ inputs: [images(count, { datatype: "FP32", data: scaled })] }),
      await infer(Uint8Array.from([...head, ...bytes]), "a%20run/versions/2", {
        "inference-header-content-length": String(head.length),
      }),
    ];
    for (const [number, response] of responses.entries()) {
      const body = await response.json();
      assertEquals(response.status, 200, JSON.stringify(body));
      assertEquals([body.model_name, body.model_version], ["a run", "2"]);
      assertEquals(body.id, number === 0 ? "42" : undefined);
      const [probabilities, classes] = body.outputs;
      assertEquals(probabilities.shape, [count, 10]);
      assertEquals(classes.data, rows.map(({ className }) => className));
      const expected = rows.flatMap(({ probabilities }) => probabilities);
      for (const [index, value] of expected.entries()) {
        assertAlmostEquals(probabilities.data[index], value, 1e-5);
      }
    }
  });

  it("gives the outputs that are asked for", async () => {
    const asked = { inputs: [images(1)], outputs: [{ name: "classes" }] };
    const { outputs } = await (await infer(asked)).json();
    assertEquals(outputs.map(({ name }: { name: string }) => name), ["classes"]);
  });

  it("refuses requests that no model can answer, with the reason", async () => {
    const one = (more: object) => infer({ inputs: [images(1, more)] });
    await assertError(infer({ inputs: [images(65)] }), 400, /at most 64 samples, got 65/);
    await assertError(one({ name: "x" }), 400, /must be 'images', got 'x'/);
    await assertError(one({ datatype: "INT64" }), 400, /FP32 or UINT8, got INT64/);
    await assertError(one({ shape: [1, 28, 28, 1] }), 400, /\[-1, 1, 28, 28\]/);
    await assertError(one({ data: [1, 2] }), 400, /784 values for its shape, got 2/);
    await assertError(one({ data: [[[[["a"]]]]] }), 400, /list of numbers/);
    await assertError(one({ datatype: "FP32" }), 400, /from 0 to 1/);
    await assertError(infer({ inputs: [] }), 400, /inference request: inputs/);
    await assertError(infer(new TextEncoder().encode("{")), 400, /must be JSON/);
    await assertError(infer(new Uint8Array(8_000_001)), 413, /at most 8000000 bytes/);
  });

  it("refuses clients without a token, unknown names and versions, and other methods", async () => {
    await assertError(fetch(`${server.origin}/v2/models/a%20run`), 401, /without a token/);
    await assertError(get("/v2/models/other"), 404, /id or the name of a run, got 'other'/);
    await assertError(get("/v2/models/a%20run/versions/9"), 404, /end of epoch 9/);
    await assertError(get("/v2/models/a%20run/versions/x"), 400, /number of an epoch/);
    await assertError(get("/v2/models/a%20run/infer"), 405, /method must be POST/);
    await assertError(get("/v2/other"), 404, /Cannot find/);
    await assertError(get("/v2/models/%ff"), 400, /valid part of a URL/);
  });

  it("refuses a name of several runs with their ids, and a run without a checkpoint", async () => {
    const twins = [await startRun(server.store, "twin"), await startRun(server.store, "twin")];
    const response = await get("/v2/models/twin");
    const { error } = await response.json();
    assertEquals(response.status, 409);
    for (const { key } of twins) assert(error.includes(key), error);
    await assertError(get(`/v2/models/${twins[0]?.key}/ready`), 409, /must have a checkpoint/);
  });

  it("answers Triton's client", { ignore: missing !== undefined }, async () => {
    const { host } = new URL(server.origin);
    const printed = await runPython(new URL("./triton.py", import.meta.url), [host, TOKEN]);
    const expected = { live: true, ready: true, versions: ["1", "2"], same: true };
    assertEquals(JSON.parse(printed), expected);
  });
});
