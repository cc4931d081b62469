/** ONNX files in onnxruntime-web in Chromium, where EPOCHQL_TEST_NODE names a folder that has it. */
import { assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { encodeExport } from "../../exports/formats.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import { PRESETS } from "../../ml/network/presets.ts";
import { launchBrowser, skipReason } from "../../tools/chromium.ts";
import { assertClose, inputValues } from "./exported.ts";
import { modelOf, networkOf, triedModels } from "./models.ts";

const modules = Deno.env.get("EPOCHQL_TEST_NODE") ?? Deno.cwd();
const runtime = findRuntime();
if (runtime === undefined) {
  console.warn(`ONNX files are not tried in a page: ${modules} has no onnxruntime-web.`);
}

/** Returns the folder of the runtime's files; undefined if it is not installed. */
function findRuntime(): string | undefined {
  try {
    return dirname(createRequire(join(modules, "index.js")).resolve("onnxruntime-web"));
  } catch {
    return undefined;
  }
}

const TYPES = { mjs: "text/javascript", wasm: "application/wasm" } as const;

/** Serves the runtime and models by their positions. */
function servePage(models: readonly Uint8Array<ArrayBuffer>[]) {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") {
      return new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
    }
    const name = basename(pathname);
    const model = models[Number(name)];
    if (model) return new Response(model);
    const type = name.endsWith(".wasm") ? TYPES.wasm : TYPES.mjs;
    const content = await Deno.readFile(join(runtime ?? "", name)).catch(() => undefined);
    return new Response(content ?? null, {
      status: content ? 200 : 404,
      headers: { "content-type": type },
    });
  });
}

/** Runs a model of the page on values; returns the probabilities. */
const CLASSIFY = `async ({ at, values, shape }) => {
  const ort = await import("/ort.wasm.min.mjs");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = "/";
  const session = await ort.InferenceSession.create("/" + at);
  const images = new ort.Tensor("float32", Float32Array.from(values), shape);
  const { probabilities } = await session.run({ [session.inputNames[0]]: images }, ["probabilities"]);
  return [...probabilities.data];
}`;

describe("an ONNX file in a page", () => {
  it("gives our probabilities in onnxruntime-web, for every layer and preset", {
    ignore: runtime === undefined || skipReason !== undefined,
  }, async () => {
    const models = await triedModels();
    const files = await Promise.all(models.map(async ({ model }) => {
      const parts = await encodeExport("ONNX", model);
      return await new Blob(parts.map((part) => new Uint8Array(part))).bytes();
    }));
    await using server = servePage(files);
    await using browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    for (const [at, { name, model, samples, probabilities }] of models.entries()) {
      const [height, width, channels] = model.network.inputShape;
      const sample = channels === undefined
        ? model.network.inputShape
        : [channels, height ?? 1, width ?? 1];
      const values = [...inputValues(samples, model.network.inputShape)];
      const shape = [values.length / elementCount(sample), ...sample];
      const given = await page.evaluate<number[]>(
        `(${CLASSIFY})(${JSON.stringify({ at, values, shape })})`,
      );
      assertClose(Float32Array.from(given), probabilities, name);
    }
  });

  it("is opened by the README's program", {
    ignore: runtime === undefined || skipReason !== undefined,
  }, async () => {
    const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
    const [, program = ""] = /```ts\n(import [^\n]*"onnxruntime-web"[^]*?)```/.exec(readme) ?? [];
    const model = modelOf(networkOf(PRESETS.LENET.layers, [28, 28, 1]));
    const parts = await encodeExport("ONNX", model);
    const file = await new Blob(parts.map((part) => new Uint8Array(part))).bytes();
    await using server = servePage([file]);
    await using browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    const printed = page.waitForEvent("console");
    // The page has no bundler, and the model is under its position.
    const content = program
      .replace('"onnxruntime-web"', '"/ort.wasm.min.mjs"')
      .replace('"/model.onnx"', '"/0"');
    await page.addScriptTag({ type: "module", content });
    assertMatch((await printed).text(), /^[0-9]$/);
  });
});
