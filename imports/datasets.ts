/** The datasets on this machine with their states: those that are ready, and imports that are not. */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { datasetNames } from "../data/catalog.ts";
import type { DatasetManifest } from "../data/imported/manifest.ts";
import { importedFolder, importsFolder } from "../data/imported/place.ts";
import { listImported, namesIn, readImported } from "../data/imported/read.ts";
import { removeImported } from "../data/imported/remove.ts";
import { isDatasetName } from "../data/reference.ts";
import { type LockFile, tryLock } from "../lib/lock_file.ts";
import { ImportConflictError } from "./error.ts";
import {
  type ImportRequest,
  type ImportState,
  JOB_FILES,
  readRequest,
  readState,
  writeRequest,
  writeState,
} from "./job.ts";

/** A dataset that was imported, or is to be. */
export type ImportedDataset =
  | { readonly kind: "ready"; readonly name: string; readonly manifest: DatasetManifest }
  | {
    readonly kind: "import";
    readonly name: string;
    readonly request: ImportRequest;
    readonly state: ImportState;
  };

/** The datasets of all machines, where they share them. */
export interface SharedDatasets {
  /** Lists the manifests of all, by name. */
  list(): Promise<readonly DatasetManifest[]>;
  /** Finds the manifest of a dataset by its name, or by name@version. */
  find(reference: string): Promise<DatasetManifest | undefined>;
  /** Deletes a dataset for all machines. */
  remove(manifest: DatasetManifest): Promise<void>;
}

/** Returns the folder of an import. */
export function jobFolder(dataFolder: string, name: string): string {
  return join(importsFolder(dataFolder), name);
}

/**
 * Finds a dataset, whatever its state is.
 *
 * @param shared where it may be, if it is not on this machine
 */
export async function findImported(
  dataFolder: string,
  name: string,
  shared?: Pick<SharedDatasets, "find">,
): Promise<ImportedDataset | undefined> {
  if (!isDatasetName(name)) return undefined;
  const here = await findHere(dataFolder, name);
  if (here) return here;
  const manifest = await shared?.find(name);
  return manifest && { kind: "ready", name, manifest };
}

async function findHere(dataFolder: string, name: string): Promise<ImportedDataset | undefined> {
  const manifest = await readImported(name, dataFolder);
  if (manifest) return { kind: "ready", name, manifest };
  const folder = jobFolder(dataFolder, name);
  const request = await readRequest(folder);
  const state = await readState(folder);
  // It may have become ready meanwhile, and its import may be gone then.
  const ready = await readImported(name, dataFolder);
  if (ready) return { kind: "ready", name, manifest: ready };
  return request && { kind: "import", name, request, state };
}

/**
 * Lists all datasets by name, whatever their state is.
 *
 * @param shared where more of them may be
 */
export async function listDatasets(
  dataFolder: string,
  shared?: Pick<SharedDatasets, "list">,
): Promise<readonly ImportedDataset[]> {
  // Imports first: one that ends meanwhile is a dataset then.
  const jobs = await namesIn(importsFolder(dataFolder));
  const here = await listImported(dataFolder);
  const known = new Set(here.map(({ name }) => name));
  const names = jobs.filter((name) => !known.has(name));
  const imports = (await Promise.all(names.map((name) => findHere(dataFolder, name))))
    .filter((found) => found !== undefined);
  for (const { name } of imports) known.add(name);
  const elsewhere = (await shared?.list() ?? []).filter(({ name }) => !known.has(name));
  const ready = [...here, ...elsewhere].map((manifest) => (
    { kind: "ready", name: manifest.name, manifest } as const
  ));
  return [...ready, ...imports].toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Stores a new import. One of the same name that failed or was cancelled is replaced; the same one goes on if its
 * process has died.
 *
 * @param shared where the name may be taken
 * @returns the lock of the process that carries it out
 * @throws {ImportConflictError} if the name is taken
 */
export async function createImport(
  dataFolder: string,
  request: ImportRequest,
  shared?: Pick<SharedDatasets, "find">,
): Promise<LockFile> {
  const { name } = request;
  const taken = (by: string) =>
    new ImportConflictError(
      `Cannot import '${name}': ${by} has that name. Delete it first, or choose another name.`,
    );
  if (datasetNames.some((known) => known === name)) {
    throw new ImportConflictError(
      `Cannot import '${name}': a built-in dataset has that name. Choose another name.`,
    );
  }
  const found = await findHere(dataFolder, name);
  if (found?.kind === "ready") throw taken("a dataset");
  if (await shared?.find(name)) throw taken("a dataset of another machine");
  if (found?.state.state === "IMPORTING") {
    const isSame = isDeepStrictEqual(
      { ...found.request, createdAt: null },
      { ...JSON.parse(JSON.stringify(request)), createdAt: null },
    );
    const abandoned = isSame ? await lockImport(dataFolder, name) : undefined;
    if (abandoned) return abandoned;
    throw taken("an import that goes on");
  }
  const folder = jobFolder(dataFolder, name);
  if (found) await Deno.remove(folder, { recursive: true });
  await Deno.mkdir(importsFolder(dataFolder), { recursive: true });
  await Deno.mkdir(importedFolder(dataFolder), { recursive: true });
  try {
    await Deno.mkdir(folder);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw taken("an import that goes on");
    throw error;
  }
  const lock = await lockImport(dataFolder, name);
  if (!lock) throw taken("an import that goes on");
  await writeRequest(folder, request);
  return lock;
}

/** Takes an import to carry it out; undefined if another process does, or it is not there any more. */
export async function lockImport(
  dataFolder: string,
  name: string,
): Promise<LockFile | undefined> {
  try {
    return await tryLock(join(jobFolder(dataFolder, name), JOB_FILES.lock), "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Asks for the end of an import. The process that carries it out ends it within seconds; where there is none, it ends
 * at once.
 *
 * @returns false if there is no such dataset
 * @throws {ImportConflictError} if it is no import that goes on
 */
export async function cancelImport(
  dataFolder: string,
  name: string,
  shared?: Pick<SharedDatasets, "find">,
): Promise<boolean> {
  const found = await findImported(dataFolder, name, shared);
  if (!found) return false;
  if (found.kind === "ready") {
    throw new ImportConflictError(`Dataset '${name}' is already imported. Delete it instead.`);
  }
  if (found.state.state !== "IMPORTING") {
    throw new ImportConflictError(
      `The import of '${name}' has already ${
        found.state.state === "FAILED" ? "failed" : "been cancelled"
      }.`,
    );
  }
  const folder = jobFolder(dataFolder, name);
  const lock = await lockImport(dataFolder, name);
  if (!lock) {
    await Deno.writeTextFile(join(folder, JOB_FILES.cancel), "");
    return true;
  }
  try {
    await writeState(folder, { ...found.state, state: "CANCELLED", problem: null });
  } finally {
    lock.release();
  }
  return true;
}

/**
 * Deletes a dataset with its files, at every machine that has it, or an import that has ended.
 *
 * @param shared the datasets of all machines, where they share them
 * @returns false if there is no such dataset
 * @throws {ImportConflictError} if it is an import that goes on
 */
export async function deleteImported(
  dataFolder: string,
  name: string,
  shared?: Pick<SharedDatasets, "find" | "remove">,
): Promise<boolean> {
  const found = await findImported(dataFolder, name, shared);
  if (!found) return false;
  if (found.kind === "import" && found.state.state === "IMPORTING") {
    throw new ImportConflictError(
      `The import of '${name}' has not ended. Cancel it before it is deleted.`,
    );
  }
  if (found.kind === "ready") {
    // First for all: a copy that stays here would be shared again.
    await shared?.remove(found.manifest);
    await removeImported(found.manifest, dataFolder);
  }
  await Deno.remove(jobFolder(dataFolder, name), { recursive: true }).catch(() => {});
  return true;
}
