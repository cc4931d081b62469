/** ONNX files: onnx accepts them, and onnxruntime gives our predictor's probabilities. */
import { describe, it } from "@std/testing/bdd";
import { temporaryFolder } from "../../tools/processes.ts";
import { missingPackages, runPython } from "../support/python.ts";
import { assertSameProbabilities, writeExports } from "./exported.ts";
import { triedModels } from "./models.ts";

const missing = await missingPackages("onnx", "onnxruntime");
if (missing) console.warn(`ONNX files are not tried: ${missing}.`);

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
});
