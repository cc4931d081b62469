/** ONNX files: onnx accepts them, and onnxruntime gives our predictor's probabilities. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PRESET_NAMES } from "../../ml/network/presets.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { present } from "../support/present.ts";
import { startProgram } from "../support/program.ts";
import { missingPackages, runPython } from "../support/python.ts";
import { assertSameProbabilities, writeExports } from "./exported.ts";
import { modelOf, presetNetwork, triedModels, tryModel } from "./models.ts";
import type { ShownModel } from "./run_netron.ts";

const missing = await missingPackages("onnx", "onnxruntime");
if (missing) console.warn(`ONNX files are not tried: ${missing}.`);
const missingNetron = await missingPackages("netron");
if (missingNetron) console.warn(`ONNX files are not opened in Netron: ${missingNetron}.`);

/** A folder with onnxruntime-node in its node_modules: no dependency of ours. */
const modules = Deno.env.get("EPOCHQL_TEST_NODE") ?? Deno.cwd();
const hasNode = findsPackage("onnxruntime-node");
if (!hasNode) {
  console.warn(`ONNX files are not tried in Node.js: ${modules} has no onnxruntime-node.`);
}

function findsPackage(name: string): boolean {
  try {
    createRequire(join(modules, "index.js")).resolve(name);
    return true;
  } catch {
    return false;
  }
}

describe("an ONNX file", () => {
  it(
    "passes onnx's full check and gives our probabilities in onnxruntime, for every layer and preset",
    { ignore: missing !== undefined },
    async () => {
      using folder = temporaryFolder();
      const models = await triedModels();
      await writeExports(folder.path, "ONNX", models);
      await runPython(new URL("run_onnx.py", import.meta.url), [folder.path]);
      await assertSameProbabilities(folder.path, models);
    },
  );

  for (const preset of PRESET_NAMES) {
    it(`gives our probabilities of 1,000 samples in onnxruntime, for ${preset}`, {
      ignore: missing !== undefined,
    }, async () => {
      using folder = temporaryFolder();
      const models = [await tryModel(preset, modelOf(presetNetwork(preset)), 1_000)];
      await writeExports(folder.path, "ONNX", models);
      await runPython(new URL("run_onnx.py", import.meta.url), [folder.path]);
      await assertSameProbabilities(folder.path, models);
    });
  }

  it("is shown by Netron, for every layer and preset", {
    ignore: missingNetron !== undefined,
  }, async () => {
    using folder = temporaryFolder();
    const models = await triedModels();
    await writeExports(folder.path, "ONNX", models);
    const program = fileURLToPath(new URL("run_netron.ts", import.meta.url));
    const find = "import netron, os; print(os.path.dirname(netron.__file__))";
    const netron = (await runPython("-c", [find])).trim();
    const { code, stdout, stderr } = await startProgram({
      args: ["-A", program, netron, folder.path],
    }).end;
    assertEquals(code, 0, stderr);
    const shown = stdout.trim().split("\n").map((line): ShownModel => JSON.parse(line));
    assertEquals(shown.length, models.length);
    for (const [position, { format, inputs, outputs, nodes }] of shown.entries()) {
      const isVectors = present(models[position]).name === "vectors";
      assertEquals(
        { format, inputs, outputs, last: nodes.at(-1) },
        {
          format: "ONNX v8",
          inputs: [isVectors ? "features" : "images"],
          outputs: ["logits", "probabilities"],
          last: "Softmax",
        },
      );
    }
  });

  it("gives our probabilities in onnxruntime for Node.js, for every layer and preset", {
    ignore: !hasNode,
  }, async () => {
    using folder = temporaryFolder();
    const models = await triedModels();
    await writeExports(folder.path, "ONNX", models);
    const program = fileURLToPath(new URL("run_onnx.ts", import.meta.url));
    const { code, stderr } = await startProgram({ args: ["-A", program, folder.path, modules] })
      .end;
    assertEquals(code, 0, stderr);
    await assertSameProbabilities(folder.path, models);
  });
});
