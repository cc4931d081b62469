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
import { isShared } from "../../runs/paths.ts";
import type { StoreLocation } from "../../runs/store/open.ts";
import { withSharedDatasets } from "../datasets/shared.ts";
import { WrongInputError } from "./errors.ts";
import { type FlagContext, parseFlags } from "./flags.ts";
import type { ParsedFlags } from "./parsed_flags.ts";

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
      const infos = await describeElsewhere(config, dataset);
      const here = context.datasets ?? [];
      const known = new Set(here.map(({ reference }) => reference));
      const datasets = [...here, ...infos.filter(({ reference }) => !known.has(reference))];
      context = { ...context, datasets, hasElsewhere: false };
    } else {
      return parsed;
    }
  }
}

/** Describes a dataset of another machine; where there is none, those that there are. */
async function describeElsewhere(
  config: TrainConfig,
  dataset: string,
): Promise<readonly DatasetInfo[]> {
  return await explained(withSharedDatasets(config, async (shared) => {
    const info = await shared?.describe(dataset);
    if (info) return [info];
    const { infoOf } = await import("../../data/storage/describe.ts");
    return (await shared?.list() ?? []).map(infoOf);
  }));
}

/** Brings a dataset that is on another machine to this one. */
export async function fetchFromElsewhere(dataset: string, config: TrainConfig): Promise<void> {
  if (!isVersion(dataset)) return;
  await explained(withSharedDatasets(config, async (shared) => await shared?.fetch(dataset)));
}

/** @throws {WrongInputError} if datasets of other machines cannot be read, or one does not fit */
async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { CheckpointError } = await import("../../ml/checkpoint/error.ts");
    const { DatasetError } = await import("../../data/errors.ts");
    if (!(error instanceof CheckpointError || error instanceof DatasetError)) throw error;
    throw new WrongInputError(error.message);
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
