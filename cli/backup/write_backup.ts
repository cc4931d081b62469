/** Writes a backup of an installation, which may run meanwhile, to one tar file. */
import { createTarPacker, type TarPackController } from "modern-tar";
import { dirname, join, resolve } from "node:path";
import type { WorkerConfig } from "../../config.ts";
import { readChunks, writeAtomically } from "../../lib/atomic_file.ts";
import { readFailureReason, writeFailureReason } from "../../lib/disk_failure.ts";
import { checkDatabase, copyDatabase } from "../../runs/store/sqlite/copy.ts";
import { DATABASE_FILE } from "../../runs/store/open.ts";
import { UsageError } from "../runs/errors.ts";
import { backupFolders, mustBeSqlite } from "./content.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";

/** A backup that was written. */
export interface Backup {
  readonly runs: number;
  readonly files: number;
  readonly bytes: number;
}

/** Names of files that mean something to running processes only. */
const TRANSIENT = /\.(lock|part)$/;

/**
 * Writes a backup. The database is copied first: checkpoints that it names are there then, unless newer ones replace
 * them at that moment.
 *
 * @param file must not exist
 * @throws {UsageError} if there is nothing to back up, or no place for it
 * @throws {StoreUnavailableError} if the database cannot be copied
 */
export async function writeBackup(config: WorkerConfig, file: string): Promise<Backup> {
  mustBeSqlite(config, "back up", "pg_dump");
  const database = join(config.home, DATABASE_FILE);
  if (!await exists(database)) {
    throw new UsageError(`Cannot back up: '${config.home}' must hold runs, got no ${database}.`);
  }
  if (await exists(file)) {
    throw new UsageError(`Cannot back up to ${file}: the file already exists.`);
  }
  const explain = (error: unknown) =>
    new UsageError(
      `Cannot write ${file}: ${writeFailureReason(error, file, "as much as the home has").rest}`,
    );
  const folder = await Deno.makeTempDir({ dir: dirname(resolve(file)), prefix: ".epochql-backup-" })
    .catch((error) => {
      throw explain(error);
    });
  try {
    const copy = join(folder, DATABASE_FILE);
    copyDatabase(database, copy);
    const runs = checkDatabase(copy);
    const { readable, controller } = createTarPacker();
    const packing = pack(controller, config, copy);
    packing.catch((error) => controller.error(error)); // Thrown below.
    const { bytes } = await writeAtomically(file, readable, { explain });
    return { runs, files: await packing, bytes };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** @returns the number of files */
async function pack(
  controller: TarPackController,
  config: WorkerConfig,
  copy: string,
): Promise<number> {
  let files = 0;
  for (const { name, path } of backupFolders(config)) {
    for await (const file of filesIn(name, path)) {
      if (await packFile(controller, file.name, file.path)) files++;
    }
  }
  if (await packFile(controller, DATABASE_FILE, copy)) files++;
  controller.finalize();
  return files;
}

/** @returns false if the file is gone */
async function packFile(
  controller: TarPackController,
  name: string,
  path: string,
): Promise<boolean> {
  using file = await Deno.open(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UsageError(`Cannot back up ${path}: ${readFailureReason(error, path).rest}`);
  });
  if (!file) return false;
  const { size, mtime } = await file.stat();
  const body = controller.add({ name, size, mode: 0o600, ...(mtime ? { mtime } : {}) }).getWriter();
  let left = size;
  // A file that grows meanwhile is packed as it was.
  for await (const chunk of readChunks(file)) {
    if (left === 0) break;
    await body.write(chunk.subarray(0, left));
    left -= Math.min(left, chunk.length);
  }
  await body.close();
  return true;
}

async function* filesIn(
  name: string,
  path: string,
): AsyncGenerator<{ readonly name: string; readonly path: string }> {
  for (const entry of await Array.fromAsync(Deno.readDir(path)).catch(ignoreNotFound) ?? []) {
    const inside = [`${name}/${entry.name}`, join(path, entry.name)] as const;
    if (entry.isDirectory) yield* filesIn(...inside);
    else if (entry.isFile && !TRANSIENT.test(entry.name)) {
      yield { name: inside[0], path: inside[1] };
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).catch(ignoreNotFound) !== undefined;
}
