/**
 * Checkpoints in a folder, with a subfolder for each run: on this machine's disk, or on one that machines share (NFS).
 * A file gets its name when it is complete and synced.
 */
import { join, resolve } from "node:path";
import { isOlderThan } from "../../lib/age.ts";
import { PART_SUFFIX, syncFolder, type WrittenFile } from "../../lib/atomic_file.ts";
import { writeFailureReason } from "../../lib/disk_failure.ts";
import {
  asReadError,
  asWriteError,
  readCheckpointFile,
  writeCheckpointFile,
} from "../../ml/checkpoint/checkpoint_file.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { type CheckpointStore, mustBeSafe, mustHaveDigest, type TransferOptions } from "./store.ts";
import { LEFTOVER_AGE_MS } from "../timeouts.ts";

/** Opens a folder. It is created by the first write. */
export function openFolderStore(path: string): CheckpointStore {
  const root = resolve(path);
  const folderOf = (runId: string) => {
    mustBeSafe(runId);
    return join(root, runId);
  };
  const fileOf = (runId: string, name: string) => {
    mustBeSafe(name);
    return join(folderOf(runId), name);
  };

  return {
    location: root,

    async check() {
      const probe = join(root, `.probe-${crypto.randomUUID()}`);
      await makeFolder(root);
      await writeCheckpointFile(probe, [new TextEncoder().encode("epochql")]);
      await removeFile(probe);
    },

    async put(runId, name, file, options = {}) {
      const [folder, path] = [folderOf(runId), fileOf(runId, name)];
      using source = await openToRead(file);
      await makeFolder(folder);
      await removeOldParts(folder);
      const written = await copyTo(path, source, file, options);
      // The run's own folder may be new.
      await syncFolder(root).catch((error) => {
        throw asWriteError(error, path);
      });
      return written;
    },

    async fetch(runId, name, folder, options = {}) {
      const path = fileOf(runId, name);
      const copy = join(folder, name);
      using source = await openToRead(path);
      await copyTo(copy, source, path, options);
      return copy;
    },

    async list(runId) {
      const folder = folderOf(runId);
      const stored = [];
      for (const { name, isFile } of await entriesOf(folder)) {
        if (!isFile || name.startsWith(".")) continue;
        const info = await Deno.stat(join(folder, name)).catch((error) => {
          // Another worker has just removed it.
          if (error instanceof Deno.errors.NotFound) return undefined;
          throw asReadError(error, join(folder, name));
        });
        if (info) stored.push({ name, bytes: info.size });
      }
      return stored.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },

    async runIds() {
      const entries = await entriesOf(root);
      return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).toSorted();
    },

    async remove(runId, name) {
      await removeFile(fileOf(runId, name));
    },

    async removeAll(runId) {
      const folder = folderOf(runId);
      try {
        await Deno.remove(folder, { recursive: true });
        await syncFolder(root);
      } catch (error) {
        if (!isMissing(error)) throw asRemoveError(error, folder);
      }
    },

    close() {},
  };
}

/** Copies an open file, whose path is `path`, atomically. */
function copyTo(
  copy: string,
  source: Deno.FsFile,
  path: string,
  { sha256, signal }: TransferOptions,
): Promise<WrittenFile> {
  return writeCheckpointFile(
    copy,
    until(signal, readCheckpointFile(source, path)),
    (written) => mustHaveDigest(sha256, written, path),
  );
}

async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw asWriteError(error, path);
  }
}

async function openToRead(path: string): Promise<Deno.FsFile> {
  try {
    const file = await Deno.open(path);
    const { isFile } = await file.stat();
    if (isFile) return file;
    file.close();
  } catch (error) {
    throw asReadError(error, path);
  }
  throw asReadError(new Deno.errors.IsADirectory("is a directory"), path);
}

/** Lists a folder; empty if it is missing. */
async function entriesOf(folder: string): Promise<readonly Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw asReadError(error, folder);
  }
}

/** Removes old partial files. Only one worker trains a run, so that no other uses them. */
async function removeOldParts(folder: string): Promise<void> {
  for (const { name } of await entriesOf(folder)) {
    if (!name.startsWith(".") || !name.endsWith(PART_SUFFIX)) continue;
    const info = await Deno.stat(join(folder, name)).catch(() => undefined);
    if (info?.mtime && isOlderThan(info.mtime, LEFTOVER_AGE_MS)) {
      await removeFile(join(folder, name));
    }
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!isMissing(error)) throw asRemoveError(error, path);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}

function asRemoveError(error: unknown, path: string): CheckpointError {
  const { kind, rest } = writeFailureReason(error, path);
  return new CheckpointError(kind, `Cannot remove ${path}: ${rest}`, { cause: error });
}

async function* until(
  signal: AbortSignal | undefined,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
  signal?.throwIfAborted();
}
