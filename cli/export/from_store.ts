/** Models of this machine's runs, read from their store and their checkpoints without a server. */
import { graphql } from "graphql";
import { join } from "node:path";
import { encodeExport, formatOfFile } from "../../exports/formats.ts";
import type { TrainedModel } from "../../exports/model.ts";
import { writeModule } from "../../exports/pytorch/module.ts";
import { serveImports } from "../../imports/service.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";
import { openCheckpointStore } from "../../runs/checkpoints/open.ts";
import { scratchFolder } from "../../runs/paths.ts";
import { createCheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { openStore, type StoreLocation } from "../../runs/store/open.ts";
import { LOCAL } from "../../schema/base/access.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { readModel } from "../../schema/checkpoint/read_model.ts";
import { findRun } from "../runs/find_run.ts";
import { keyOf } from "../runs/run_id.ts";
import { errorOf, type Server } from "../runs/server.ts";
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
  const imports = resources.adopt(
    serveImports({ dataFolder: join(config.home, "data"), onError: () => {} }),
    (served) => served.close(),
  );
  const context = { viewer: LOCAL, store, evaluator, imports };
  const { id } = await findRun(inProcess(context), command.run);
  const run = await store.get(keyOf(id) ?? id);
  const read = run && await readModel(PURPOSE, run, command, context);
  if (!read) throw noCheckpoint(PURPOSE, command);
  return sourceOf(read.value);
}

/** Answers operations in this process, over a store. */
function inProcess(context: Omit<ApiContext, "datasets">): Server {
  const schema = createApiSchema();
  return {
    address: "this machine",
    socketUrl: "",
    async ask({ query }, variableValues) {
      const { data, errors } = await graphql({
        schema,
        source: query,
        variableValues: Object(variableValues),
        contextValue: context,
      });
      if (errors) throw errorOf(errors.map((error) => error.toJSON()));
      // The operation has its type.
      return data as ReturnType<typeof JSON.parse>;
    },
  };
}

function sourceOf(model: TrainedModel): ModelSource {
  return {
    // deno-lint-ignore require-await
    async file(name) {
      const format = formatOfFile(name);
      const parts = format
        ? encodeExport(format, model)
        : [new TextEncoder().encode(writeModule(model))];
      return ReadableStream.from(parts);
    },
  };
}
