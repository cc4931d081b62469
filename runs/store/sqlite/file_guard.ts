/**
 * Checks that the files of an open SQLite database are still in place. SQLite goes on with files that were removed, and
 * what it writes to them is lost when the process ends.
 */
import { basename } from "node:path";
import { StoreUnavailableError } from "../errors.ts";

/** Endings of a database's files: itself, the write-ahead log and its index. */
const ENDINGS = ["", "-wal", "-shm"];

/** A guard of the files that a database had when it was made. */
export interface FileGuard {
  /** Returns the name of a file that was removed or replaced since; undefined if there is none. */
  missing(): string | undefined;
  /** @throws {StoreUnavailableError} if a file was removed or replaced since */
  check(): void;
}

/** Guards the files of a database that is open and was read. */
export function guardFiles(path: string): FileGuard {
  const files = ENDINGS.map((ending) => ({ file: path + ending, opened: identify(path + ending) }));
  const missing = () => {
    const lost = files.find(({ file, opened }) => opened && identify(file) !== opened);
    return lost && basename(lost.file);
  };
  return {
    missing,
    check() {
      const lost = missing();
      if (lost === undefined) return;
      throw new StoreUnavailableError(
        `Cannot use the database '${path}': its files must stay in place, but '${lost}' was removed or replaced ` +
          "while in use. Put it back, or start epochql again to use what is there now.",
      );
    },
  };
}

/** Identifies the file that a path names now; undefined if there is none. */
function identify(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
