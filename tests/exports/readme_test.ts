/** The programs of the README that open exported models. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { encodeExport, EXPORT_NAMES, exportFile } from "../../exports/formats.ts";
import { writeModule } from "../../exports/pytorch/module.ts";
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
    const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
    const [, section = ""] = /## Take a model away\n([^]*?)\n## /.exec(readme) ?? [];
    const programs = section.matchAll(/```python\n([^]*?)```/g).map(([, code = ""]) => code)
      .toArray();
    const printed: string[] = [];
    for (const [position, code] of programs.entries()) {
      const path = join(folder.path, `program${position}.py`);
      await Deno.writeTextFile(path, code);
      printed.push((await runPython(path, [], folder.path)).trim());
    }
    assertEquals(printed.length, 2);
    for (const name of printed) assertMatch(name, new RegExp(`^(${model.classes.join("|")})$`));
  });
});
