/**
 * The index of the datasets that machines share, beside the checkpoints: a file with the manifest of each, and one for
 * each that was deleted, so that no machine shares a copy of it again. A file never changes, and its name says what it
 * is about: machines may write at the same time.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { type DatasetManifest, parseManifest } from "../../data/imported/manifest.ts";
import { importedFolder } from "../../data/imported/place.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";

/** The name by which a store keeps the index; runs have other ids. */
const INDEX = "datasets";

/** `<name>.<digest>.json` or `<name>.<digest>.deleted`. */
const FILE = /^(?<id>(?<name>.+)\.[0-9a-f]{32})\.(?<kind>json|deleted)$/;

/** Number of manifests that are cached. */
const MAX_MANIFESTS = 500;

/** The datasets in the index at one time. */
export interface SharedListing {
  /** Ids of the datasets that are there, by name. */
  readonly byName: ReadonlyMap<string, readonly string[]>;
  /** Ids of those that were deleted. */
  readonly deleted: ReadonlySet<string>;
  /** Ids of those that were deleted, and are not removed completely. */
  readonly leftovers: readonly string[];
}

/** The index. Its methods throw CheckpointError if the store cannot be used. */
export interface SharedIndex {
  list(): Promise<SharedListing>;
  /** Reads the manifests of all datasets, one for each name, by name. */
  manifests(listing: SharedListing): Promise<readonly DatasetManifest[]>;
  /**
   * Finds the dataset of a name. The first one is it where machines have imported several at the same time.
   *
   * @param version only a dataset with this content
   */
  find(
    listing: SharedListing,
    name: string,
    version?: string,
  ): Promise<DatasetManifest | undefined>;
  /** Adds a dataset, whose content is stored. */
  add(manifest: DatasetManifest, signal: AbortSignal): Promise<void>;
  /** Deletes a dataset with its content, on behalf of every machine. */
  remove(manifest: DatasetManifest): Promise<void>;
  /** Completes a deletion that was interrupted. */
  removeLeftover(id: string): Promise<void>;
}

/** Identifies a dataset among all that ever were: one that is imported again is another one. */
export function idOf({ name, version, createdAt }: DatasetManifest): string {
  const digest = createHash("sha256").update(`${name}@${version} ${createdAt}`).digest("hex");
  return `${name}.${digest.slice(0, 32)}`;
}

/** Returns the name by which a store keeps the content of a version. */
export function placeOf(version: string): string {
  return `dataset-${version}`;
}

/** Options of openSharedIndex(). */
export interface SharedIndexOptions {
  readonly dataFolder: string;
  /** Opens the store when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
}

/** Opens the index of a store. */
export function openSharedIndex(options: SharedIndexOptions): SharedIndex {
  const { checkpoints } = options;
  const { list, read, write, forget } = openFiles(options);

  /** Reads manifests, the one that was imported first before the others. */
  async function readAll(ids: readonly string[]): Promise<readonly DatasetManifest[]> {
    const found = await Promise.all(ids.map(read));
    return found.filter((manifest) => manifest !== undefined).toSorted(byAge);
  }

  /** Removes the content of a version that no dataset has any more, and then the entry. */
  async function removeFiles(id: string, version: string): Promise<void> {
    const store = await checkpoints();
    const { byName } = await list();
    const others = await readAll([...byName.values()].flat());
    if (!others.some((other) => other.version === version)) await store.removeAll(placeOf(version));
    await store.remove(INDEX, `${id}.json`);
    forget(id);
  }

  return {
    list,
    async manifests({ byName }) {
      const all = await readAll([...byName.values()].flat());
      const first = new Map(all.toReversed().map((manifest) => [manifest.name, manifest]));
      return [...first.values()].toSorted((a, b) => a.name < b.name ? -1 : 1);
    },
    async find({ byName }, name, version) {
      const found = await readAll(byName.get(name) ?? []);
      return found.find((manifest) => version === undefined || manifest.version === version);
    },
    add: (manifest, signal) => write(`${idOf(manifest)}.json`, manifest, signal),
    async remove(manifest) {
      const id = idOf(manifest);
      const { name, version, createdAt } = manifest;
      const deletedAt = new Date().toISOString();
      await write(`${id}.deleted`, { name, version, createdAt, deletedAt });
      await removeFiles(id, version);
    },
    async removeLeftover(id) {
      const manifest = await read(id);
      if (manifest) await removeFiles(id, manifest.version);
    },
  };
}

/** Opens the files of the index. Manifests are cached, as they never change. */
function openFiles({ dataFolder, checkpoints }: SharedIndexOptions) {
  const known = new LRUCache<string, DatasetManifest>({ max: MAX_MANIFESTS });
  return {
    async list(): Promise<SharedListing> {
      const files = (await (await checkpoints()).list(INDEX)).flatMap((file) => {
        const { id, name, kind } = FILE.exec(file.name)?.groups ?? {};
        return id === undefined || name === undefined ? [] : [{ id, name, kind }];
      });
      const deleted = new Set(files.filter(({ kind }) => kind === "deleted").map(({ id }) => id));
      const entries = files.filter(({ kind }) => kind === "json");
      const byName = Map.groupBy(entries.filter(({ id }) => !deleted.has(id)), ({ name }) => name);
      return {
        byName: new Map([...byName].map(([name, ids]) => [name, ids.map(({ id }) => id)])),
        deleted,
        leftovers: entries.filter(({ id }) => deleted.has(id)).map(({ id }) => id),
      };
    },

    /** Reads a manifest; undefined if it was removed meanwhile. */
    async read(id: string): Promise<DatasetManifest | undefined> {
      const cached = known.get(id);
      if (cached) return cached;
      const store = await checkpoints();
      return await inFetchFolder(dataFolder, async (folder) => {
        const file = `${id}.json`;
        const path = await store.fetch(INDEX, file, folder).catch((error) => {
          if (error instanceof CheckpointError && error.kind === "missing") return undefined;
          throw error;
        });
        if (path === undefined) return undefined;
        const manifest = parseManifest(await Deno.readTextFile(path));
        if (!manifest || idOf(manifest) !== id) {
          throw new CheckpointError(
            "damaged",
            `Cannot read ${store.location}/${INDEX}/${file}: it must be the manifest of that dataset.`,
          );
        }
        known.set(id, manifest);
        return manifest;
      });
    },

    async write(file: string, content: unknown, signal?: AbortSignal): Promise<void> {
      const store = await checkpoints();
      await inFetchFolder(dataFolder, async (folder) => {
        const path = join(folder, file);
        await Deno.writeTextFile(path, JSON.stringify(content, null, 2) + "\n");
        await store.put(INDEX, file, path, signal ? { signal } : {});
      });
    },

    forget: (id: string) => known.delete(id),
  };
}

function byAge(a: DatasetManifest, b: DatasetManifest): number {
  const [one, other] = [`${a.createdAt} ${a.version}`, `${b.createdAt} ${b.version}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Works in a folder beside the datasets. Their names do not begin with a dot: nobody takes it for one. */
export async function inFetchFolder<T>(
  dataFolder: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = importedFolder(dataFolder);
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: ".fetched-" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}
