/**
 * The datasets and imports of a server: it carries imports out, those that it starts and those that nobody carries out any
 * more, and tells followers of their progress.
 */
import type { DatasetInfo } from "../data/catalog.ts";
import { findDatasetInfo } from "../data/storage/describe.ts";
import { delay } from "../lib/delay.ts";
import {
  cancelImport,
  createImport,
  deleteImported,
  findImported,
  type ImportedDataset,
  listDatasets,
} from "./datasets.ts";
import type { ImportRequest } from "./job.ts";
import { openQueue, type QueueOptions } from "./queue.ts";
import { LOOK_INTERVAL_MS } from "./timeouts.ts";

/** The number of imports that may wait or run. */
export const MAX_IMPORTS = 20;

/** The imported datasets of a server. Its methods throw ImportConflictError where a state does not fit. */
export interface Imports {
  /** Finds a dataset, whatever its state is. */
  find(name: string): Promise<ImportedDataset | undefined>;
  list(): Promise<readonly ImportedDataset[]>;
  /**
   * Describes a dataset that can be used, built-in or imported.
   *
   * @param reference its name, or name@version
   */
  describe(reference: string): Promise<DatasetInfo | undefined>;
  /** Stores an import and carries it out. */
  start(request: ImportRequest): Promise<ImportedDataset>;
  /** Asks for the end of an import; false if there is no such dataset. */
  cancel(name: string): Promise<boolean>;
  /** Deletes a dataset, or an import that has ended; false if there is none. */
  delete(name: string): Promise<boolean>;
  /** Yields each dataset whose import changes, and first every import that has not ended; never ends by itself. */
  follow(name: string | undefined, signal: AbortSignal): AsyncGenerator<ImportedDataset, void>;
  /** Ends the importers of this process; their imports go on when a server starts again. */
  close(): Promise<void>;
}

/** Serves the imports of a folder. */
export function serveImports({ dataFolder, onError, program }: QueueOptions): Imports {
  const queue = openQueue({ dataFolder, onError, program });

  /** Returns a dataset with what its importer has reported last. */
  function current(dataset: ImportedDataset): ImportedDataset {
    const state = queue.reported(dataset.name);
    return state && dataset.kind === "import" ? { ...dataset, state } : dataset;
  }

  async function find(name: string): Promise<ImportedDataset | undefined> {
    const found = await findImported(dataFolder, name);
    return found && current(found);
  }

  async function list(): Promise<readonly ImportedDataset[]> {
    return (await listDatasets(dataFolder)).map(current);
  }

  return {
    find,
    list,
    describe: (reference) => findDatasetInfo(reference, dataFolder),
    async start(request) {
      queue.add(request.name, await createImport(dataFolder, request));
      const found = await find(request.name);
      if (!found) throw new Error(`The import of '${request.name}' must be stored.`);
      return found;
    },
    cancel: (name) => cancelImport(dataFolder, name),
    delete: (name) => deleteImported(dataFolder, name),
    async *follow(name, until) {
      const stopped = AbortSignal.any([until, queue.signal]);
      const seen = new Map<string, string>();
      for (let isFirst = true; !stopped.aborted; isFirst = false) {
        for (const dataset of await list()) {
          if (name !== undefined && dataset.name !== name) continue;
          const mark = markOf(dataset);
          const isNew = seen.get(dataset.name) !== mark;
          seen.set(dataset.name, mark);
          if (isNew && (!isFirst || name !== undefined || isGoingOn(dataset))) yield dataset;
        }
        await delay(LOOK_INTERVAL_MS, stopped);
      }
    },
    close: queue.close,
  };
}

/** Returns true for an import that has not ended. */
export function isGoingOn(dataset: ImportedDataset): boolean {
  return dataset.kind === "import" && dataset.state.state === "IMPORTING";
}

/** Returns a text that differs where something has changed that followers see. */
function markOf(dataset: ImportedDataset): string {
  if (dataset.kind === "ready") return dataset.manifest.version;
  const { state, imported, problem, problemCount, total } = dataset.state;
  return JSON.stringify([dataset.request.createdAt, state, imported, problem, problemCount, total]);
}
