/** Safetensors files with model.py: PyTorch loads them strictly and gives our predictor's probabilities. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { encodeExport } from "../../exports/formats.ts";
import { writeModule } from "../../exports/pytorch/module.ts";
import { openWeights, weightsProblems } from "../../ml/checkpoint/weights_file.ts";
import { channelsFirst as channelsFirstShape } from "../../ml/network/layer.ts";
import { temporaryFolder } from "../../tools/processes.ts";
import { missingPackages, runPython } from "../support/python.ts";
import { assertSameProbabilities, writeExports } from "./exported.ts";
import { modelOf, networkOf, triedModels } from "./models.ts";

const missing = await missingPackages("torch", "safetensors");
if (missing) console.warn(`PyTorch's files are not tried: ${missing}.`);

describe("a safetensors file", () => {
  it("describes the model, and can be trained on from here", async () => {
    using folder = temporaryFolder();
    const model = modelOf(networkOf([
      { conv2d: { name: "conv1", outChannels: 8, kernelSize: 3 } },
      { batchNorm2d: { name: "bn1" } },
      { flatten: {} },
      { linear: { name: "fc" } },
    ]));
    const parts = await encodeExport("SAFETENSORS", model);
    const path = join(folder.path, "model.safetensors");
    await Deno.writeFile(path, await new Blob(parts.map((part) => new Uint8Array(part))).bytes());

    const length = Number(
      new DataView(parts[0]?.buffer ?? new ArrayBuffer(8)).getBigUint64(0, true),
    );
    const header = JSON.parse(new TextDecoder().decode(parts[0]?.subarray(8, 8 + length)));
    const { format, epoch, run, class_names, preprocessing } = header.__metadata__;
    assertEquals([format, epoch, run], ["pt", "3", model.run.id]);
    assertEquals(JSON.parse(class_names), model.classes);
    assertEquals(JSON.parse(preprocessing).normalization.mean, model.network.normalization.mean);
    assertEquals(header["bn1.num_batches_tracked"].dtype, "I64");
    using weights = await openWeights(path);
    assertEquals(weightsProblems(weights.arrays, model.network, []), []);
  });

  it(
    "loads strictly into the module of model.py, which gives our probabilities, for every layer and preset",
    { ignore: missing !== undefined },
    async () => {
      using folder = temporaryFolder();
      const models = await triedModels();
      await writeExports(folder.path, "SAFETENSORS", models);
      for (const [position, { model }] of models.entries()) {
        const path = (end: string) => join(folder.path, `${position}.${end}`);
        await Deno.writeTextFile(path("py"), writeModule(model));
        const shape = channelsFirstShape(model.network.inputShape);
        await Deno.writeTextFile(path("shape"), shape.join(" "));
      }
      await runPython(new URL("run_torch.py", import.meta.url), [folder.path]);
      await assertSameProbabilities(folder.path, models);
    },
  );

  it(
    "gives a module whose layers can be replaced, inside others too",
    { ignore: missing !== undefined },
    async () => {
      using folder = temporaryFolder();
      const model = modelOf(networkOf([
        { flatten: {} },
        { residual: { name: "block", body: [{ linear: { name: "inner", outFeatures: 784 } }] } },
        { linear: { name: "mean" } },
      ], [28, 28, 1]));
      await Deno.writeTextFile(join(folder.path, "model.py"), writeModule(model));
      const program = join(folder.path, "replace.py");
      await Deno.writeTextFile(program, REPLACE_LAYERS);
      assertEquals((await runPython(program, [], folder.path)).trim(), "(2, 3) True");
    },
  );
});

/** Gives a model a new last layer, as for other classes, and one inside a block that is all zero. */
const REPLACE_LAYERS = `
import copy, torch
from torch import nn
from model import Model
model = Model()
head = nn.Linear(784, 3)
model._modules["mean"] = head
inner = nn.Linear(784, 784)
nn.init.zeros_(inner.weight), nn.init.zeros_(inner.bias)
[path] = [path for path, _ in model.named_modules() if path.endswith("inner")]
model.set_submodule(path, inner)
images = torch.rand(2, 1, 28, 28)
with torch.no_grad():
    logits = copy.deepcopy(model)(images)
    expected = head(((images - model.mean) / model.std).flatten(1))
print(tuple(logits.shape), torch.allclose(logits, expected))
`;
