/** Trainings on imported datasets that stop and go on, from what is on the disk alone. */
import { assert, assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { deleteImported } from "../../imports/datasets.ts";
import { findDatasetInfo } from "../../data/storage/describe.ts";
import { openLabelled } from "../../data/storage/open.ts";
import { readCheckpoint, writeCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { openNative } from "../../ml/engines/native/engine.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { TrainingEvent } from "../../ml/training/events.ts";
import { train, type TrainingInputs } from "../../ml/training/train.ts";
import { assertFails } from "../support/errors.ts";
import { colouredImages, writeZip } from "../support/image_files.ts";
import { importDataset, importRequest, manifestOf } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const folder = folderPerTest();

/** Writes a source, and returns a network for it. */
const SOURCES = {
  images: async (path: string) => {
    await writeZip(path, colouredImages(12));
    return {
      layers: [{ flatten: {} }, { linear: { outFeatures: 8 } }, { relu: {} }, { linear: {} }],
    };
  },
  features: async (path: string) => {
    const rows = Array.from(
      { length: 36 },
      (_, at) => `${at * 7 % 11 - 1e4},${at % 3},class ${at % 3}`,
    );
    await Deno.writeTextFile(path, rows.join("\n"));
    return { preset: "MLP" };
  },
};

/** Reads everything from the disk and trains on, from a checkpoint if there is one. */
async function trainOn(
  spec: TrainingSpec,
  { from, ...others }: { readonly from?: string } & Pick<TrainingInputs, "saving" | "stop">,
): Promise<readonly TrainingEvent[]> {
  const inputs = {
    engine: openNative({ threads: 1 }),
    train: await openLabelled(spec.dataset, "train", folder.path),
    test: await openLabelled(spec.dataset, "test", folder.path),
    from: from === undefined ? undefined : await readCheckpoint(from, { spec }),
    ...others,
  };
  return await Array.fromAsync(train(spec, inputs));
}

function lossesOf(events: readonly TrainingEvent[]): readonly number[] {
  return events.flatMap((event) => event.type === "batches" ? [...event.losses] : []);
}

describe("a training on an imported dataset", () => {
  for (const [kind, write] of Object.entries(SOURCES)) {
    it(`goes on with the same bits from its checkpoint's file: ${kind}`, async () => {
      const source = folder.join("source");
      const network = await write(source);
      manifestOf(await importDataset(folder.path, importRequest(source)));
      const info = await findDatasetInfo("mine", folder.path) ?? fail();
      const spec = resolveSpec({ network, epochs: 3, batchSize: 8, seed: 5 }, info);
      assertEquals(spec.dataset, info.reference);
      const expected = lossesOf(await trainOn(spec, {}));
      const path = folder.join("checkpoint.safetensors");
      const stop = new AbortController();
      const first = await trainOn(spec, {
        stop: stop.signal,
        saving: {
          every: { steps: 2 },
          largestShare: Infinity,
          async save(checkpoint) {
            await writeCheckpoint(path, checkpoint);
            if (checkpoint.step >= 6) stop.abort();
          },
        },
      });
      const rest = await trainOn(spec, { from: path });
      const before = lossesOf(first);
      assert(before.length >= 6 && before.length < expected.length, String(before.length));
      assertEquals([...before, ...lossesOf(rest)], expected);

      assert(await deleteImported(folder.path, "mine"));
      await assertFails(trainOn(spec, { from: path }), /Cannot use dataset 'mine': its version /);
    });
  }
});
