/** Places of the files that an export writes. */
import { join, parse } from "node:path";
import { isModule } from "../../exports/pytorch/module.ts";
import { UsageError } from "../runs/errors.ts";

/**
 * Returns the file that a path leads to, so that links stay.
 *
 * @throws {UsageError} if a file would take the place of a device or a pipe, which programs need: /dev/null
 */
export async function fileAt(path: string): Promise<string> {
  const file = await Deno.realPath(path).catch(() => path);
  const found = await Deno.stat(file).catch(() => undefined);
  // A folder has a message of its own.
  if (!found || found.isFile || found.isDirectory) return file;
  throw new UsageError(`Cannot write ${path}: it must be a file, got a device or a pipe.`);
}

/**
 * Keeps programs of the user, which often have the name of what they train.
 *
 * @throws {UsageError} if the path is taken, and not by the module of an export
 */
export async function requireNoProgram(path: string): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    text = "";
  }
  if (isModule(text)) return;
  throw new UsageError(
    `Cannot write ${path}: it must not be there, or be the module of an export. Give --out another name.`,
  );
}

/** Returns the path of the module beside weights. */
export function moduleBeside(out: string): string {
  const { dir, name } = parse(out);
  return join(dir, `${name}.py`);
}
