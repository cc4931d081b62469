/** Restores a backup into an empty home. */
import { createTarDecoder } from "modern-tar";
import { dirname, join } from "node:path";
import type { WorkerConfig } from "../../config.ts";
import { syncFolder } from "../../lib/atomic_file.ts";
import { readFailureReason, writeFailureReason } from "../../lib/disk_failure.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { checkDatabase } from "../../runs/store/sqlite/copy.ts";
import { DATABASE_FILE } from "../../runs/store/open.ts";
import { UsageError } from "../runs/errors.ts";
import { type BackupFolder, backupFolders, mustBeSqlite } from "./content.ts";

/** The folder that a home may have before: the datasets that set-up fetches. */
const DATA = "data";

/** The database's name until everything else is there. */
const UNFINISHED = `${DATABASE_FILE}.part`;

/** A backup that was restored. */
export interface Restored {
  readonly runs: number;
  readonly files: number;
}

/**
 * Restores a backup. The database appears last, when everything is on disk; after a failure the home is as it was.
 *
 * @throws {UsageError} if the home is not empty, or the file no whole backup
 * @throws {StoreUnavailableError} if the backup's database is damaged
 */
export async function restoreBackup(config: WorkerConfig, file: string): Promise<Restored> {
  mustBeSqlite(config, "restore", "pg_restore");
  const { home } = config;
  const folders = backupFolders(config);
  for (const path of [home, ...folders.map(({ path }) => path)]) await mustBeEmpty(path, home);
  using source = await Deno.open(file).catch((error) => {
    throw new UsageError(`Cannot read ${file}: ${readFailureReason(error, file).rest}`);
  });
  const unfinished = join(home, UNFINISHED);
  try {
    const files = await unpack(source, file, unfinished, folders);
    const runs = checkDatabase(unfinished);
    await Deno.rename(unfinished, join(home, DATABASE_FILE));
    await syncFolder(home);
    return { runs, files };
  } catch (error) {
    for (const path of [unfinished, ...folders.map(({ path }) => path)]) {
      await Deno.remove(path, { recursive: true }).catch(() => {});
    }
    throw error;
  }
}

/** @returns the number of files */
async function unpack(
  source: Deno.FsFile,
  file: string,
  database: string,
  folders: readonly BackupFolder[],
): Promise<number> {
  let files = 0;
  let hasDatabase = false;
  const entries = source.readable.pipeThrough(createTarDecoder({ strict: true }));
  try {
    for await (const { header: { name, mtime, type = "file" }, body } of entries) {
      const path = name === DATABASE_FILE ? database : pathOf(name, folders);
      if (path === undefined || type !== "file") {
        throw new Error(`one with '${name}' in it`);
      }
      await writeFile(path, body, mtime);
      hasDatabase ||= name === DATABASE_FILE;
      files++;
    }
  } catch (error) {
    if (error instanceof DiskError) throw new UsageError(error.message);
    throw notWhole(file, errorMessage(error));
  }
  if (!hasDatabase) throw notWhole(file, "one without its end");
  return files;
}

/** Returns the place of a file; undefined if it has none, or would leave its folder. */
function pathOf(name: string, folders: readonly BackupFolder[]): string | undefined {
  const folder = folders.find((folder) => name.startsWith(`${folder.name}/`));
  if (!folder) return undefined;
  const parts = name.slice(folder.name.length + 1).split("/");
  const isPlain = parts.every((part) => !/^\.{0,2}$|[\\\0]/.test(part));
  return isPlain ? join(folder.path, ...parts) : undefined;
}

/** Thrown where this machine's disk refuses a file. */
class DiskError extends Error {
  override readonly name = "DiskError";
}

async function writeFile(
  path: string,
  body: ReadableStream<Uint8Array>,
  mtime: Date | undefined,
): Promise<void> {
  const onDisk = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const { rest } = writeFailureReason(error, path, "as much as the backup has");
      throw new DiskError(`Cannot write ${path}: ${rest}`);
    }
  };
  await onDisk(Deno.mkdir(dirname(path), { recursive: true }));
  using file = await onDisk(Deno.open(path, { write: true, createNew: true, mode: 0o600 }));
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) at += await onDisk(file.write(chunk.subarray(at)));
  }
  if (mtime) await onDisk(file.utime(mtime, mtime));
  await onDisk(file.sync());
}

async function mustBeEmpty(path: string, home: string): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(path)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new UsageError(`Cannot read ${path}: ${readFailureReason(error, path).rest}`);
  });
  const found = entries.find(({ name }) => path !== home || name !== DATA);
  if (!found) return;
  throw new UsageError(
    `Cannot restore: '${path}' must be empty, got ${found.name} in it. Move it away, or set EPOCHQL_HOME to a new folder.`,
  );
}

function notWhole(file: string, got: string): UsageError {
  return new UsageError(`Cannot restore ${file}: it must be a whole backup, got ${got}.`);
}
