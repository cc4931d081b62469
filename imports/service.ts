/**
 * The datasets and imports of a server: it carries imports out, those that it starts and those that nobody carries out
 * any more, and tells followers of their progress.
 */
import type { DatasetInfo } from "../data/catalog.ts";
import {
  type DatasetDescriptions,
  findDatasetInfo,
  findDeletedInfo,
  infoOf,
} from "../data/storage/describe.ts";
import { UploadError, type UploadStore } from "../data/uploads/upload_store.ts";
import { delay } from "../lib/delay.ts";
import {
  cancelImport,
  createImport,
  deleteImported,
  findImported,
  type ImportedDataset,
  listDatasets,
  type SharedDatasets,
} from "./datasets.ts";
import { preprocessImage } from "./decoder_process.ts";
import { TooManyImportsError } from "./error.ts";
import type { ImportRequest } from "./job.ts";
import { openQueue, type QueueOptions } from "./queue.ts";
import { findSource, type ImportSource } from "./source.ts";
import { LOOK_INTERVAL_MS } from "./timeouts.ts";

/** The number of imports that may wait or run. */
export const MAX_IMPORTS = 20;

/** Options of serveImports(). */
export interface ImportsOptions extends Omit<QueueOptions, "prepare" | "onReady"> {
  /** The folder of sources on this machine; without it, only uploads are imported. */
  readonly sources?: string | undefined;
  /** The uploads, from which those are removed that have been imported. */
  readonly uploads?: Pick<UploadStore, "file" | "remove"> | undefined;
  /** The datasets of all machines, where they share them. */
  readonly shared?: SharedDatasets | undefined;
}

/** The imported datasets of a server. Its methods throw ImportConflictError where a state does not fit. */
export interface Imports extends DatasetDescriptions {
  /** Finds a dataset, whatever its state is. */
  find(name: string): Promise<ImportedDataset | undefined>;
  list(): Promise<readonly ImportedDataset[]>;
  /**
   * Finds a source on the server's machine.
   *
   * @throws {ImportSourceError} whose message completes 'Cannot import: source.path must be …'
   */
  findSource(path: string): Promise<ImportSource>;
  /**
   * Brings an image file to the form of a dataset's samples.
   *
   * @param reference name@version
   * @param shape that of its samples, which decides where the dataset is not there any more
   * @throws {ImageError} whose message completes 'Cannot predict: image …'
   */
  preprocess(
    reference: string,
    shape: readonly [height: number, width: number, channels: number],
    image: Uint8Array,
  ): Promise<Uint8Array>;
  /**
   * Stores an import and carries it out.
   *
   * @throws {TooManyImportsError} if as many wait or run as may
   */
  start(request: ImportRequest): Promise<ImportedDataset>;
  /** Asks for the end of an import; false if there is no such dataset. */
  cancel(name: string): Promise<boolean>;
  /** Deletes a dataset at all machines, or an import that has ended; false if there is none. */
  delete(name: string): Promise<boolean>;
  /** Yields each dataset whose import changes, and first every import that has not ended; never ends by itself. */
  follow(name: string | undefined, signal: AbortSignal): AsyncGenerator<ImportedDataset, void>;
  /** Ends the importers of this process; their imports go on when a server starts again. */
  close(): Promise<void>;
}

async function describeShared(
  reference: string,
  dataFolder: string,
  shared: SharedDatasets | undefined,
): Promise<DatasetInfo | undefined> {
  const here = await findDatasetInfo(reference, dataFolder);
  if (here) return here;
  const manifest = await shared?.find(reference);
  return manifest && infoOf(manifest);
}

/** Serves the imports of a folder. */
export function serveImports(options: ImportsOptions): Imports {
  const { dataFolder, sources, uploads, shared } = options;
  const queue = openQueue({
    ...options,
    prepare: (request, signal) => bringUpload(request, uploads, signal),
    async onReady({ source: { upload } }) {
      if (upload !== undefined) await uploads?.remove(upload);
    },
  });
  // One after the other: two at a time could exceed the limit together.
  let started: Promise<unknown> = Promise.resolve();

  /** Returns a dataset with what its importer has reported last. */
  function current(dataset: ImportedDataset): ImportedDataset {
    const state = queue.reported(dataset.name);
    return state && dataset.kind === "import" ? { ...dataset, state } : dataset;
  }

  async function find(name: string): Promise<ImportedDataset | undefined> {
    const found = await findImported(dataFolder, name, shared);
    return found && current(found);
  }

  const describe = (reference: string) => describeShared(reference, dataFolder, shared);
  const describeDeleted = (reference: string) => findDeletedInfo(reference, dataFolder);

  async function list(): Promise<readonly ImportedDataset[]> {
    return (await listDatasets(dataFolder, shared)).map(current);
  }

  /** Lists the datasets and imports of this machine. */
  async function listHere(): Promise<readonly ImportedDataset[]> {
    return (await listDatasets(dataFolder)).map(current);
  }

  async function start(request: ImportRequest): Promise<ImportedDataset> {
    const going = (await listHere())
      .filter((other) => isGoingOn(other) && other.name !== request.name);
    if (going.length >= MAX_IMPORTS) {
      throw new TooManyImportsError(
        `Cannot import '${request.name}': at most ${MAX_IMPORTS} imports may wait or run, ` +
          `got ${going.length}. Wait for the end of one, or cancel it.`,
      );
    }
    queue.add(request.name, await createImport(dataFolder, request, shared));
    const found = await find(request.name);
    if (!found) throw new Error(`The import of '${request.name}' must be stored.`);
    return found;
  }

  return {
    find,
    list,
    findSource: (path) => findSource(sources, path),
    async preprocess(reference, [height, width, channels], image) {
      const preprocessing = (await describe(reference).catch(() => undefined))?.preprocessing ??
        (await describeDeleted(reference))?.preprocessing ??
        { width, height, color: channels === 1 ? "GREY" : "RGB", fit: "COVER" };
      return await preprocessImage(image, preprocessing);
    },
    describe,
    describeDeleted,
    start(request) {
      const dataset = started.then(() => start(request));
      started = dataset.catch(() => {});
      return dataset;
    },
    cancel(name) {
      queue.withdraw(name);
      return cancelImport(dataFolder, name, shared);
    },
    delete: (name) => deleteImported(dataFolder, name, shared),
    follow: (name, until) => follow(listHere, name, AbortSignal.any([until, queue.signal])),
    close: queue.close,
  };
}

/** Brings an upload that was sent to object storage to this machine. */
async function bringUpload(
  { source: { upload } }: ImportRequest,
  uploads: ImportsOptions["uploads"],
  signal: AbortSignal,
): Promise<void> {
  if (upload === undefined) return;
  await uploads?.file(upload, signal).catch((error) => {
    // The importer says that its source is gone.
    if (!(error instanceof UploadError && error.kind === "unknown")) throw error;
  });
}

/** Yields each dataset whose import changes, and first those that are asked for or whose import has not ended. */
async function* follow(
  list: () => Promise<readonly ImportedDataset[]>,
  name: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ImportedDataset, void> {
  const seen = new Map<string, string>();
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    for (const dataset of await list()) {
      if (name !== undefined && dataset.name !== name) continue;
      const mark = markOf(dataset);
      const isNew = seen.get(dataset.name) !== mark;
      seen.set(dataset.name, mark);
      if (isNew && (!isFirst || name !== undefined || isGoingOn(dataset))) yield dataset;
    }
    await delay(LOOK_INTERVAL_MS, signal);
  }
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
