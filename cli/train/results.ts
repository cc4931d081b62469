/**
 * The files of a training: history.json, curves.svg and curves.png. A file is there complete or not at all.
 * Whether the folder can be written is found out before anything is trained.
 */
import { dirname, join, resolve } from "node:path";
import { type History, historyJson } from "../../runs/history.ts";
import { ResultsError, WrongInputError } from "./errors.ts";

/**
 * Makes sure that files can be written to a folder, or to where it will be. Leaves nothing behind.
 *
 * @param setting what names the folder: '--out'
 * @throws {WrongInputError}
 */
export async function checkFolder(folder: string, setting: string): Promise<void> {
  try {
    const probe = await Deno.makeTempFile({ dir: await existing(folder), prefix: ".epochql-" });
    await Deno.remove(probe);
  } catch (error) {
    throw new WrongInputError(
      `Cannot write results to '${folder}': ${setting} must be a folder that can be written, ` +
        `got '${reason(error)}'. Name another.`,
    );
  }
}

/**
 * Writes the files. Without a finished epoch there is nothing to draw, and history.json stands alone.
 *
 * @returns the names of the files
 * @throws {ResultsError} if the disk is full, or anything else is in the way
 */
export async function writeResults(folder: string, history: History): Promise<readonly string[]> {
  const names = ["history.json"];
  try {
    await Deno.mkdir(folder, { recursive: true });
    await writeWhole(join(folder, "history.json"), historyJson(history));
    if (history.epochs.length === 0) return names;
    // Loaded when they are needed, for a quick start.
    const [{ curvesSvg }, { svgToPng }] = await Promise.all([
      import("../../pictures/curves_svg.ts"),
      import("../../pictures/svg_to_png.ts"),
    ]);
    const svg = curvesSvg(history.epochs, { title: history.name });
    await writeWhole(join(folder, "curves.svg"), svg);
    await writeWhole(join(folder, "curves.png"), await svgToPng(svg));
  } catch (error) {
    throw new ResultsError(
      `Cannot write results to '${folder}': the disk must take them, got '${reason(error)}'. ` +
        `The run and its epochs are kept in the run list as '${history.name}' (${history.id}).`,
    );
  }
  return ["curves.svg", "curves.png", ...names];
}

/** The folder itself or, if it is not there, the nearest above it that is. */
async function existing(folder: string): Promise<string> {
  for (let path = resolve(folder);; path = dirname(path)) {
    try {
      const { isDirectory } = await Deno.stat(path);
      if (!isDirectory) throw new Error(`${path} is no folder`);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound) || path === dirname(path)) throw error;
    }
  }
}

/** Writes a file beside its place, then moves it there. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(part, bytes);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}

/** The system's words, without the call that they came from: 'No space left on device'. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}
