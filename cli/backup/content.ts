/** The content of a backup: the paths in it are those in the home, so that any tar program can unpack one. */
import { importedFolder, importsFolder } from "../../data/imported/place.ts";
import { join, relative } from "node:path";
import type { WorkerConfig } from "../../config.ts";
import { parseLocation } from "../../runs/checkpoints/location.ts";
import { checkpointsFolder, resultsFolder, uploadsFolder } from "../../runs/paths.ts";
import { UsageError } from "../runs/errors.ts";

/** A folder of a backup. */
export interface BackupFolder {
  /** Its name in the backup: 'data/imported'. */
  readonly name: string;
  /** The folder on this machine. */
  readonly path: string;
}

/** Lists the folders of an installation that a backup holds; a bucket's checkpoints are not among them. */
export function backupFolders({ home, checkpoints }: WorkerConfig): readonly BackupFolder[] {
  const location = parseLocation(checkpoints);
  const name = (path: string) => relative(home, path).replaceAll("\\", "/");
  const inHome = [
    importedFolder(join(home, "data")),
    importsFolder(join(home, "data")),
    uploadsFolder(home),
    resultsFolder(home, ""),
  ];
  return [
    ...(location?.kind === "folder"
      ? [{ name: name(checkpointsFolder(home)), path: location.path }]
      : []),
    ...inHome.map((path) => ({ name: name(path), path })),
  ];
}

/**
 * Refuses installations whose runs are in PostgreSQL, which has tools of its own.
 *
 * @param purpose completes 'Cannot …'
 * @throws {UsageError} if they are
 */
export function mustBeSqlite({ databaseUrl }: WorkerConfig, purpose: string, tool: string): void {
  if (databaseUrl === undefined) return;
  throw new UsageError(
    `Cannot ${purpose}: the runs must be in SQLite, got those of DATABASE_URL. ` +
      `Use ${tool} and copy the folders as docs/operations.md shows.`,
  );
}
