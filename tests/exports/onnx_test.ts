/** ONNX files: onnx accepts them, and onnxruntime gives our predictor's probabilities. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../tools/processes.ts";
import { startProgram } from "../support/program.ts";
import { missingPackages, runPython } from "../support/python.ts";
import { assertSameProbabilities, writeExports } from "./exported.ts";
import { triedModels } from "./models.ts";

const missing = await missingPackages("onnx", "onnxruntime");
if (missing) console.warn(`ONNX files are not tried: ${missing}.`);

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
    {
      ignore: missing !== undefined,
    },
    async () => {
      using folder = temporaryFolder();
      const models = await triedModels();
      await writeExports(folder.path, "ONNX", models);
      await runPython(new URL("run_onnx.py", import.meta.url), [folder.path]);
      await assertSameProbabilities(folder.path, models);
    },
  );

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
