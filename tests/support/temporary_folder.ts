/** Folders that are deleted when the test, or the test file, that they belong to has ended. */
import { before, beforeEach } from "@std/testing/bdd";
import { join } from "node:path";
import { temporaryFolder } from "../../tools/processes.ts";

export { temporaryFolder };

/** A folder of a test or of a suite. */
export interface TestFolder {
  readonly path: string;
  /** Returns the path of a file or a folder in it. */
  join(...names: readonly string[]): string;
}

/** Gives each test of the surrounding suite an empty folder. */
export function folderPerTest(): TestFolder {
  return folderMadeBy(beforeEach);
}

/** Gives the surrounding suite a folder. */
export function folderPerSuite(): TestFolder {
  return folderMadeBy(before);
}

/** The folder outlives the hooks that end a test: what they stop may still write into it. */
function folderMadeBy(hook: (fn: () => void) => void): TestFolder {
  let folder: ReturnType<typeof temporaryFolder> | undefined;
  const remove = () => {
    folder?.[Symbol.dispose]();
    folder = undefined;
  };
  hook(() => {
    remove();
    folder = temporaryFolder();
  });
  globalThis.addEventListener("unload", remove);
  return {
    get path() {
      if (!folder) throw new Error("Cannot use the folder: its test must have begun.");
      return folder.path;
    },
    join(...names) {
      return join(this.path, ...names);
    },
  };
}
