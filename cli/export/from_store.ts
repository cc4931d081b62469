/** Models of this machine's runs, read from their store and their checkpoints without a server. */
import { join } from "node:path";
import { describeDatasets } from "../../data/storage/describe.ts";
import { encodeExport, formatOfFile } from "../../exports/formats.ts";
import type { TrainedModel } from "../../exports/model.ts";
import { writeModule } from "../../exports/pytorch/module.ts";
import { openCheckpointStore } from "../../runs/checkpoints/open.ts";
import { scratchFolder } from "../../runs/paths.ts";
import { createCheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { openStore, type StoreLocation } from "../../runs/store/open.ts";
import { noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { readModel } from "../../schema/checkpoint/read_model.ts";
import { findLocalRun } from "../runs/find_local_run.ts";
import type { ExportCommand } from "./flags.ts";
import type { ModelSource } from "./source.ts";

const PURPOSE = "export the model";

type Location = StoreLocation & { readonly checkpoints: string };

/** Reads a model from the store. */
export async function fromStore(config: Location, command: ExportCommand): Promise<ModelSource> {
  await using resources = new AsyncDisposableStack();
  const store = resources.adopt(await openStore(config), (store) => store.close());
  const checkpoints = resources.adopt(
    await openCheckpointStore(config.checkpoints),
    (opened) => opened.close(),
  );
  const evaluator = resources.adopt(
    createCheckpointEvaluator({
      checkpoints: () => Promise.resolve(checkpoints),
      scratch: scratchFolder(config.home),
    }),
    (opened) => opened.close(),
  );
  const run = await findLocalRun(store, command.run);
  const read = await readModel(PURPOSE, run, command, {
    store,
    evaluator,
    imports: describeDatasets(join(config.home, "data")),
  });
  if (!read) throw noCheckpoint(PURPOSE, command);
  return sourceOf(read.value);
}

function sourceOf(model: TrainedModel): ModelSource {
  return {
    async file(name) {
      const format = formatOfFile(name);
      const parts = format
        ? await encodeExport(format, model)
        : [new TextEncoder().encode(writeModule(model))];
      return ReadableStream.from(parts);
    },
  };
}
