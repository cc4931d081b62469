/**
 * Disks that are full soon.
 */
import { it } from "@std/testing/bdd";
import { temporaryFolder } from "./temporary_folder.ts";

/** A disk of its own. */
export interface SmallDisk {
  readonly path: string;
  /** Changes its size: '8m'. */
  resize(size: string): void;
  makeReadOnly(): void;
  [Symbol.dispose](): void;
}

/** Makes a disk of a size: '1m'; undefined where this user may not. */
export function smallDisk(size: string): SmallDisk | undefined {
  const folder = temporaryFolder();
  const mount = (...args: string[]) => {
    try {
      return new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  };
  if (!mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder.path)) {
    folder[Symbol.dispose]();
    return undefined;
  }
  const remount = (option: string) => {
    if (!mount("-o", `remount,${option}`, folder.path)) throw new Error("Cannot remount.");
  };
  return {
    path: folder.path,
    resize: (size) => remount(`size=${size}`),
    makeReadOnly: () => remount("ro"),
    [Symbol.dispose]() {
      new Deno.Command("umount", { args: [folder.path] }).outputSync();
      folder[Symbol.dispose]();
    },
  };
}

/** it(), where disks can be made. */
export const itWithDisk = mayMount() ? it : it.skip;

function mayMount(): boolean {
  using disk = smallDisk("1m");
  return disk !== undefined;
}
