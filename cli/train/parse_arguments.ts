/** The arguments of `deno task train` with what they name: an earlier run, and a dataset of this machine or another. */
import { join } from "node:path";
import {
  type DatasetInfo,
  DEFAULT_DATASET,
  describeDataset,
  trainableDatasets,
} from "../../data/catalog.ts";
import { importedFolder } from "../../data/imported/place.ts";
import { isVersion } from "../../data/reference.ts";
import type { Device, EngineName } from "../../ml/spec/spec.ts";
import type { DatasetFetcher } from "../../runs/datasets/dataset_fetcher.ts";
import { isShared } from "../../runs/paths.ts";
import type { StoreLocation } from "../../runs/store/open.ts";
import { WrongInputError } from "./errors.ts";
import { type FlagContext, type ParsedFlags, parseFlags } from "./flags.ts";

/** The configuration of a training in a terminal. */
export type TrainConfig = StoreLocation & { readonly checkpoints: string; readonly gpu?: string };

/** The result of parsing, with nothing left to look up. */
export type Parsed = Exclude<ParsedFlags, { readonly kind: "like" | "elsewhere" }>;

/** Parses the arguments. */
export async function parseArguments(
  args: readonly string[],
  config: TrainConfig & { readonly device: Device; readonly engine: EngineName },
): Promise<Parsed> {
  let context: FlagContext = {
    size: describeDataset(DEFAULT_DATASET),
    datasets: await trainableInfos(join(config.home, "data")),
    hasElsewhere: isShared(config),
    device: config.device,
    engine: config.engine,
  };
  for (;;) {
    const parsed = parseFlags(args, context);
    if (parsed.kind === "like") {
      const { readInput } = await import("./read_input.ts");
      context = { ...context, like: await readInput(config, parsed.run) };
    } else if (parsed.kind === "elsewhere") {
      const { dataset } = parsed;
      const info = await withFetcher(config, (elsewhere) => elsewhere.describe(dataset));
      const datasets = [...context.datasets ?? [], ...info ? [info] : []];
      context = { ...context, datasets, hasElsewhere: false };
    } else {
      return parsed;
    }
  }
}

/** Brings a dataset that is on another machine to this one. */
export async function fetchFromElsewhere(dataset: string, config: TrainConfig): Promise<void> {
  if (!isVersion(dataset) || !isShared(config)) return;
  await withFetcher(config, (elsewhere) => elsewhere.fetch(dataset));
}

async function withFetcher<T>(
  config: TrainConfig,
  use: (elsewhere: DatasetFetcher) => Promise<T>,
): Promise<T> {
  const [{ openCheckpointStore }, { createDatasetFetcher }] = await Promise.all([
    import("../../runs/checkpoints/open.ts"),
    import("../../runs/datasets/dataset_fetcher.ts"),
  ]);
  const store = await openCheckpointStore(config.checkpoints);
  try {
    return await use(createDatasetFetcher({
      dataFolder: join(config.home, "data"),
      checkpoints: () => Promise.resolve(store),
    }));
  } catch (error) {
    const { CheckpointError } = await import("../../ml/checkpoint/error.ts");
    const { DatasetError } = await import("../../data/errors.ts");
    if (!(error instanceof CheckpointError || error instanceof DatasetError)) throw error;
    throw new WrongInputError(error.message);
  } finally {
    store.close();
  }
}

/** Describes the datasets that can be trained on. Manifests are read only where there are any. */
async function trainableInfos(dataFolder: string): Promise<readonly DatasetInfo[]> {
  const builtIn = trainableDatasets.map(describeDataset);
  const hasImported = await Deno.stat(importedFolder(dataFolder)).then(() => true, () => false);
  if (!hasImported) return builtIn;
  const { listImportedInfos } = await import("../../data/storage/describe.ts");
  return [...builtIn, ...await listImportedInfos(dataFolder)];
}
