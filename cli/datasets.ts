/**
 * `deno task datasets`: imports datasets in this terminal, lists, shows and deletes them. It works on the server's
 * folder and the datasets of other machines, with or without a server. Its parts are in datasets/.
 */
import { join } from "node:path";
import { loadConfig } from "../config.ts";
import { describeDataset, trainableDatasets } from "../data/catalog.ts";
import { DatasetError } from "../data/errors.ts";
import { infoOf } from "../data/storage/describe.ts";
import {
  cancelImport,
  deleteImported,
  findImported,
  type ImportedDataset,
  listDatasets,
  type SharedDatasets,
} from "../imports/datasets.ts";
import { ImportConflictError } from "../imports/error.ts";
import { count } from "../lib/format.ts";
import { CheckpointError } from "../ml/checkpoint/error.ts";
import { findUnfinishedUser, inUse, keptByRuns } from "../runs/dataset_use.ts";
import { openStore, type StoreLocation } from "../runs/store/open.ts";
import type { ImportRequest } from "../imports/job.ts";
import { type DatasetsCommand, parseDatasets } from "./datasets/flags.ts";
import { importHere } from "./datasets/import.ts";
import { withSharedDatasets } from "./datasets/shared.ts";
import { suggestTraining } from "./datasets/suggest_training.ts";
import { type ListedDataset, printDataset, printList } from "./datasets/show.ts";
import { executeCommand, printNoCommand } from "./program.ts";
import { standardCanvas } from "./runs/table.ts";
import { listenForInterrupts } from "./terminal/interrupts.ts";
import { noteLine, printLine } from "./terminal/output.ts";

const DONE = 0;
const FAILED = 1;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseDatasets(args);
  if (parsed.kind !== "run") return printNoCommand(parsed);
  return await executeCommand(() => run(parsed.command), codeOf);
}

function codeOf(error: unknown): number | undefined {
  const isForPeople = error instanceof ImportConflictError || error instanceof DatasetError ||
    error instanceof CheckpointError;
  return isForPeople ? FAILED : undefined;
}

async function run(command: DatasetsCommand): Promise<number> {
  const config = loadConfig();
  const dataFolder = join(config.home, "data");
  return await withSharedDatasets(config, async (shared) => {
    switch (command.kind) {
      case "import":
        return await runImport(dataFolder, command.request, shared);
      case "list":
        printList(await listAll(dataFolder, shared), standardCanvas());
        return DONE;
      case "show": {
        const found = await findImported(dataFolder, command.name, shared);
        if (!found) return noSuchDataset(command.name);
        printDataset(found);
        return DONE;
      }
      case "cancel":
        if (!await cancelImport(dataFolder, command.name, shared)) {
          return noSuchDataset(command.name);
        }
        printLine(`Cancelled the import of ${command.name}.`);
        return DONE;
      case "delete":
        return await deleteEach(config, command.names, shared);
      default:
        return command satisfies never;
    }
  });
}

/** Deletes datasets. One that cannot be deleted does not keep the others. */
async function deleteEach(
  config: StoreLocation,
  names: readonly string[],
  shared: SharedDatasets | undefined,
): Promise<number> {
  let code = DONE;
  for (const name of new Set(names)) {
    try {
      if (!await deleteUnused(config, name, shared)) code = noSuchDataset(name);
    } catch (error) {
      if (!(error instanceof ImportConflictError)) throw error;
      noteLine(error.message);
      code = FAILED;
    }
  }
  return code;
}

/** Deletes a dataset that no unfinished run uses; returns false if there is none. */
async function deleteUnused(
  config: StoreLocation,
  name: string,
  shared: SharedDatasets | undefined,
): Promise<boolean> {
  const store = await openStore(config);
  try {
    const user = await findUnfinishedUser(store, name);
    if (user) throw new ImportConflictError(inUse(name, user));
    const isDeleted = await deleteImported(join(config.home, "data"), name, shared);
    if (!isDeleted) return false;
    printLine(`Deleted ${name}.`);
    const runs = (await store.countByDataset()).get(name) ?? 0;
    if (runs > 0) noteLine(keptByRuns(runs));
    return true;
  } finally {
    await store.close();
  }
}

/** Returns why a source cannot be imported, as far as that is known at once. */
async function obstacleOf(path: string): Promise<string | undefined> {
  try {
    const { isFile, size } = await Deno.stat(path);
    return isFile && size === 0 ? "the file is empty." : undefined;
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return isMissing ? "there is no such file or folder." : undefined;
  }
}

async function runImport(
  dataFolder: string,
  request: ImportRequest,
  shared: SharedDatasets | undefined,
): Promise<number> {
  const { source } = request;
  const obstacle = await obstacleOf(source.path);
  if (obstacle !== undefined) {
    noteLine(`Cannot import ${source.path}: ${obstacle}`);
    return FAILED;
  }
  const interrupts = listenForInterrupts((exitCode) => Deno.exit(exitCode));
  const found = await importHere(request, {
    dataFolder,
    shared,
    interrupts,
    isLive: Deno.stderr.isTerminal(),
  });
  if (found?.kind !== "ready") {
    noteLine(found?.state.problem ?? `The import of '${request.name}' was cancelled.`);
    return interrupts.exitCode() ?? FAILED;
  }
  const { version, problemCount, content: { kind, classes, train, test } } = found.manifest;
  if (problemCount > 0) {
    noteLine(
      `${count(problemCount)} left out; deno task datasets show ${request.name} lists them.`,
    );
  }
  printLine(
    `Imported ${request.name}@${version}: ${count(train.count)} + ${
      count(test.count)
    } samples of ` +
      `${classes.length} classes.`,
  );
  noteLine(`Train on it: ${suggestTraining(request.name, kind, train.count)}`);
  return DONE;
}

async function listAll(
  dataFolder: string,
  shared: SharedDatasets | undefined,
): Promise<readonly ListedDataset[]> {
  const imported = await listDatasets(dataFolder, shared);
  const hasFailed = (dataset: ImportedDataset) =>
    dataset.kind === "import" && dataset.state.state !== "IMPORTING";
  const ordered = [
    ...imported.filter((dataset) => !hasFailed(dataset)),
    ...imported.filter(hasFailed),
  ];
  return [
    ...trainableDatasets.map(describeDataset).map((info) => ({
      name: info.name,
      state: "READY",
      info,
      problem: null,
    })),
    ...ordered.map((dataset) => ({
      name: dataset.name,
      state: dataset.kind === "ready" ? "READY" : dataset.state.state,
      info: dataset.kind === "ready" ? infoOf(dataset.manifest) : undefined,
      problem: dataset.kind === "ready" ? null : dataset.state.problem,
    })),
  ];
}

function noSuchDataset(name: string): number {
  noteLine(`There is no imported dataset '${name}'; deno task datasets list lists all.`);
  return FAILED;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
