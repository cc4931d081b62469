/**
 * TensorFlow's formats: its own loader, Python's and TensorFlow.js' open them and give our predictor's probabilities.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeExport } from "../../exports/formats.ts";
import { PRESETS } from "../../ml/network/presets.ts";
import { launchBrowser, skipReason } from "../../tools/chromium.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { startProgram } from "../support/program.ts";
import { missingPackages, runPython } from "../support/python.ts";
import { assertClose, assertSameProbabilities, inputValues, writeExports } from "./exported.ts";
import { modelOf, networkOf, triedModels, tryModel } from "./models.ts";
import { serveModelPage } from "./serve_model.ts";
import { readArchive, unpack } from "./unpack.ts";

const missing = await missingPackages("tensorflow");
if (missing) console.warn(`SavedModels are not tried in Python: ${missing}.`);

const program = fileURLToPath(new URL("run_tensorflow.ts", import.meta.url));

/** The programs of a README in a language. */
function examplesOf(readme: string, language: string): readonly string[] {
  return readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))
    .map(([, code = ""]) => code).toArray();
}

describe("a model for TensorFlow", () => {
  for (const format of ["SAVED_MODEL", "TFJS"] as const) {
    it(`gives our probabilities as ${format}, for every layer and preset`, async () => {
      using folder = temporaryFolder();
      const models = await triedModels();
      await writeExports(folder.path, format, models);
      // In a process of its own: tfjs has one backend at a time, and ours is WebAssembly's.
      const { code, stderr } = await startProgram({ args: ["-A", program, folder.path] }).end;
      assertEquals(code, 0, stderr);
      await assertSameProbabilities(folder.path, models);
    });
  }

  it("gives our probabilities in Python, also by the archive's own program", {
    ignore: missing !== undefined,
  }, async () => {
    using folder = temporaryFolder();
    const models = await triedModels();
    await writeExports(folder.path, "SAVED_MODEL", models);
    const unpacked: string[] = [];
    for (const position of models.keys()) {
      unpacked.push(await unpack(join(folder.path, `${position}.saved_model.zip`)));
    }
    await runPython(new URL("run_saved_model.py", import.meta.url), [folder.path]);
    await assertSameProbabilities(folder.path, models);

    const [first = ""] = unpacked;
    const [code = ""] = examplesOf(await Deno.readTextFile(join(first, "README.md")), "python");
    await Deno.writeTextFile(join(first, "program.py"), code);
    const printed = await runPython(join(first, "program.py"), [], first);
    assert(models[0]?.model.classes.includes(printed.trim()), printed);
  });

  it("gives our probabilities in a page, also by the archive's own program", {
    ignore: skipReason !== undefined,
  }, async () => {
    await using browser = await launchBrowser();
    for (
      const [name, shape] of [["LENET", [28, 28, 1]], ["RESNET_SMALL", [28, 28, 1]], ["MLP", [
        9,
      ]]] as const
    ) {
      const model = modelOf(networkOf(PRESETS[name].layers, shape));
      const { samples, probabilities } = await tryModel(name, model);
      const archive = await new Blob(
        (await encodeExport("TFJS", model)).map((part) => new Uint8Array(part)),
      ).bytes();
      const files = await readArchive(archive);
      await using server = serveModelPage(files);
      const page = await browser.newPage();
      await page.goto(server.origin);
      const values = JSON.stringify([...inputValues(samples, model.network.inputShape)]);
      const given = await page.evaluate<number[]>(`(${CLASSIFY})(${values})`);
      assertClose(Float32Array.from(given), probabilities, name);

      const [code = ""] = examplesOf(new TextDecoder().decode(files.get("README.md")), "ts");
      const plain = code.replace(/^import .*$/m, "").replaceAll(/ as tf\.\w+/g, "");
      const printed = page.waitForEvent("console");
      await page.evaluate(`(async () => {${plain}})()`);
      assert(model.classes.includes((await printed).text()));
    }
  });
});

/** Runs the model of the page on its values; returns the probabilities. */
const CLASSIFY = `async (values) => {
  await tf.setBackend("cpu");
  const model = await tf.loadGraphModel("/model/model.json");
  const { input } = await (await fetch("/model/preprocessing.json")).json();
  const images = tf.tensor(values).reshape([-1, ...input.shape.slice(1)]);
  return [...model.execute({ [input.name]: images }, "probabilities").dataSync()];
}`;
