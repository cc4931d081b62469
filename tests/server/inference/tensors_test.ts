/**
 * Tensors of the Open Inference Protocol: models on colour images and on rows of features, binary outputs, wrong
 * values.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { joinBytes } from "../../../lib/bytes.ts";
import { loadNetwork } from "../../../ml/engines/wasm/network.ts";
import type { Inferred } from "../../../ml/metrics.ts";
import type { Network } from "../../../ml/network/network.ts";
import { PRESETS } from "../../../ml/network/presets.ts";
import type { StateArray } from "../../../ml/state.ts";
import { networkOf } from "../../exports/models.ts";
import { useServer } from "../../support/start_server.ts";
import { writeRun } from "./models.ts";

const CONV = { conv2d: { outChannels: 4, kernelSize: 3 } };
const COLOURS: Network = networkOf(
  [CONV, { relu: {} }, { flatten: {} }, { linear: { outFeatures: 10 } }],
  [6, 5, 3],
);
const FEATURES: Network = networkOf(PRESETS.MLP.layers, [9]);

function close(values: readonly number[], expected: Float32Array): void {
  assertEquals(values.length, expected.length);
  for (const [at, value] of values.entries()) {
    assert(Math.abs(value - (expected[at] ?? NaN)) <= 1e-5, `${value} at ${at}`);
  }
}

describe("the Open Inference Protocol's tensors", () => {
  const server = useServer({ hasCheckpoints: true });
  let weights: Readonly<Record<"colours" | "features", readonly StateArray[]>>;
  before(async () => {
    weights = {
      colours: await writeRun(server, "colours", COLOURS),
      features: await writeRun(server, "features", FEATURES),
    };
  });

  async function expected(
    network: Network,
    state: readonly StateArray[],
    samples: Uint8Array | Float32Array,
  ): Promise<Inferred> {
    const loaded = await loadNetwork(network, state);
    try {
      return await loaded.classify(samples);
    } finally {
      loaded.dispose();
    }
  }

  /** Sends a request: JSON, with bytes behind it where there are some. */
  function infer(model: string, request: object, bytes?: Uint8Array): Promise<Response> {
    const json = new TextEncoder().encode(JSON.stringify(request));
    return fetch(`${server.origin}/v2/models/${model}/infer`, {
      method: "POST",
      headers: bytes
        ? {
          "content-type": "application/octet-stream",
          "inference-header-content-length": String(json.length),
        }
        : { "content-type": "application/json" },
      body: joinBytes([json, bytes ?? new Uint8Array()]),
    });
  }

  async function refused(asked: Promise<Response>, message: RegExp): Promise<void> {
    const response = await asked;
    assertEquals(response.status, 400);
    assertMatch((await response.json()).error, message);
  }

  const rows = Float32Array.from({ length: 3 * 9 }, (_, at) => Math.sin(at) * 100);
  const features = (data: unknown, more = {}) => ({
    inputs: [{ name: "features", datatype: "FP32", shape: [3, 9], data }],
    ...more,
  });

  it("are colour images with their channels first", async () => {
    const [count, height, width] = [2, 6, 5];
    const pixel = (sample: number, y: number, x: number, channel: number) =>
      (sample * 101 + y * 37 + x * 11 + channel * 71) % 256;
    const places = Array.from({ length: count * height * width }, (_, at) => [
      Math.floor(at / (height * width)),
      Math.floor(at / width) % height,
      at % width,
    ]);
    const last = Uint8Array.from(
      places.flatMap(([sample = 0, y = 0, x = 0]) =>
        [0, 1, 2].map((channel) => pixel(sample, y, x, channel))
      ),
    );
    const upTo = (length: number) => Array.from({ length }, (_, index) => index);
    const nested = upTo(count).map((sample) =>
      [0, 1, 2].map((channel) =>
        upTo(height).map((y) => upTo(width).map((x) => pixel(sample, y, x, channel)))
      )
    );
    const { inputs } = await (await fetch(`${server.origin}/v2/models/colours`)).json();
    assertEquals(inputs, [{ name: "images", datatype: "FP32", shape: [-1, 3, height, width] }]);
    const shape = [count, 3, height, width];
    const response = await infer("colours", {
      inputs: [{ name: "images", datatype: "UINT8", shape, data: nested }],
      outputs: [{ name: "probabilities" }],
    });
    const { outputs: [probabilities] } = await response.json();
    const { probabilities: ours } = await expected(COLOURS, weights.colours, last);
    close(probabilities.data, ours);
  });

  it("are rows of features in their own units", async () => {
    const { inputs } = await (await fetch(`${server.origin}/v2/models/features`)).json();
    assertEquals(inputs, [{ name: "features", datatype: "FP32", shape: [-1, 9] }]);
    const { outputs } = await (await infer("features", features([...rows]))).json();
    const ours = await expected(FEATURES, weights.features, rows);
    const names = outputs.map(({ name }: { name: string }) => name);
    assertEquals(names, ["probabilities", "classes", "logits"]);
    close(outputs[0].data, ours.probabilities);
    close(outputs[2].data, ours.logits);
    assertEquals(outputs[1].data, [...ours.predicted].map(String));
  });

  it("are bytes behind the JSON where they are asked for, in the order of the request", async () => {
    const response = await infer(
      "features",
      features([...rows], {
        outputs: [
          { name: "classes" },
          { name: "logits", parameters: { binary_data: false } },
          { name: "probabilities" },
        ],
        parameters: { binary_data_output: true },
      }),
    );
    assertEquals(response.headers.get("content-type"), "application/octet-stream");
    const length = Number(response.headers.get("inference-header-content-length"));
    const body = await response.bytes();
    const { outputs: [classes, logits, probabilities] } = JSON.parse(
      new TextDecoder().decode(body.subarray(0, length)),
    );
    const ours = await expected(FEATURES, weights.features, rows);
    close(logits.data, ours.logits);
    const parameters = { binary_data_size: 3 * 5 };
    assertEquals(classes, { name: "classes", datatype: "BYTES", shape: [3], parameters });
    const names = [...ours.predicted].flatMap((label) => [1, 0, 0, 0, 48 + label]);
    assertEquals([...body.subarray(length, length + 15)], names);
    assertEquals([probabilities.shape, probabilities.data], [[3, 10], undefined]);
    const bytes = body.slice(length + 15);
    assertEquals(bytes.length, probabilities.parameters.binary_data_size);
    close([...new Float32Array(bytes.buffer)], ours.probabilities);
  });

  it("are JSON with bytes for some outputs by their own parameter", async () => {
    const asked = { name: "probabilities", parameters: { binary_data: true } };
    const response = await infer("features", features([...rows], { outputs: [asked] }));
    assertEquals(
      (await response.bytes()).length,
      Number(response.headers.get("inference-header-content-length")) + 3 * 10 * 4,
    );
  });

  it("must be finite, by name and place", async () => {
    for (const wrong of [NaN, Infinity, -Infinity]) {
      const values = Float32Array.from(rows);
      values[12] = wrong;
      const binary = { binary_data_size: values.byteLength };
      const input = { name: "features", datatype: "FP32", shape: [3, 9], parameters: binary };
      await refused(
        infer("features", { inputs: [input] }, new Uint8Array(values.buffer)),
        new RegExp(
          `values of features must be finite numbers in FP32, got ${wrong} as number 12\\.`,
        ),
      );
    }
    await refused(
      infer("features", features([...rows.slice(1), 1e39])),
      /got Infinity as number 26/,
    );
    const written = JSON.stringify(features([...rows])).replace("[0,", "[NaN,");
    const asked = fetch(`${server.origin}/v2/models/features/infer`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: written,
    });
    await refused(asked, /values must be finite numbers, got NaN\./);
  });

  it("are refused by name where there is no such output, or it is asked for twice", async () => {
    const asked = (...names: readonly string[]) =>
      infer("features", features([...rows], { outputs: names.map((name) => ({ name })) }));
    await refused(
      asked("logits", "scores"),
      /outputs must be of probabilities, classes, logits, got 'scores'\./,
    );
    await refused(asked("logits", "logits"), /named once each, got 'logits' twice\./);
  });
});
