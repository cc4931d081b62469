/** The programs of the README that open exported models. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { encodeExport, EXPORT_NAMES, exportFile } from "../../exports/formats.ts";
import { writeModule } from "../../exports/pytorch/module.ts";
import { openWeights, weightsProblems } from "../../ml/checkpoint/weights_file.ts";
import { PRESETS } from "../../ml/network/presets.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { missingPackages, runPython } from "../support/python.ts";
import { modelOf, networkOf } from "./models.ts";

const missing = await missingPackages("torch", "safetensors", "onnxruntime");
if (missing) console.warn(`The README's programs are not run: ${missing}.`);

describe("the README's programs", () => {
  it("open exported models and print a class", { ignore: missing !== undefined }, async () => {
    using folder = temporaryFolder();
    const model = modelOf(networkOf(PRESETS.LENET.layers, [28, 28, 1]));
    for (const format of EXPORT_NAMES) {
      const parts = (await encodeExport(format, model)).map((part) => new Uint8Array(part));
      await Deno.writeFile(join(folder.path, exportFile(format)), await new Blob(parts).bytes());
    }
    await Deno.writeTextFile(join(folder.path, "model.py"), writeModule(model));
    const programs = await programsOf("Take a model away");
    const printed: string[] = [];
    for (const [position, code] of programs.entries()) {
      const path = join(folder.path, `program${position}.py`);
      await Deno.writeTextFile(path, code);
      printed.push((await runPython(path, [], folder.path)).trim());
    }
    assertEquals(printed.length, 2);
    for (const name of printed) assertMatch(name, new RegExp(`^(${model.classes.join("|")})$`));
  });

  it("train on in PyTorch and write weights to begin with here", {
    ignore: missing !== undefined,
  }, async () => {
    using folder = temporaryFolder();
    const model = modelOf(networkOf(PRESETS.LENET.layers, [28, 28, 1]));
    const parts = (await encodeExport("SAFETENSORS", model)).map((part) => new Uint8Array(part));
    const exported = await new Blob(parts).bytes();
    await Deno.writeFile(join(folder.path, exportFile("SAFETENSORS")), exported);
    await Deno.writeTextFile(join(folder.path, "model.py"), writeModule(model));
    const [program = ""] = await programsOf("Bring weights in");
    const path = join(folder.path, "train_on.py");
    await Deno.writeTextFile(path, program);
    await runPython(path, [], folder.path);
    using weights = await openWeights(join(folder.path, "trained.safetensors"));
    assertEquals(weightsProblems(weights.arrays, model.network, []), []);
  });
});

/** Reads the Python programs of a section. */
async function programsOf(title: string): Promise<readonly string[]> {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, section = ""] = new RegExp(`## ${title}\n([^]*?)\n## `).exec(readme) ?? [];
  return section.matchAll(/```python\n([^]*?)```/g).map(([, code = ""]) => code).toArray();
}
