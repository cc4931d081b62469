/**
 * The files of a training: history.json, curves.svg and curves.png. A file is there complete or not at all.
 * Whether the folder can be written is found out before anything is trained.
 */
import { type History, historyJson } from "../../runs/history.ts";

/** Results that cannot be written. The message says what to do. */
export class ResultsError extends Error {
  override readonly name = "ResultsError";
}

/**
 * Makes the folder, if it is not there, and makes sure that files can be written to it.
 *
 * @throws {ResultsError}
 */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    const probe = await Deno.makeTempFile({ dir: folder, prefix: ".epochql-", suffix: ".part" });
    await Deno.remove(probe);
  } catch (error) {
    throw new ResultsError(
      `Cannot write results to '${folder}': --out must be a folder that can be written, ` +
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
    await writeWhole(`${folder}/history.json`, historyJson(history));
    if (history.epochs.length === 0) return names;
    // Loaded when they are needed, for a quick start.
    const [{ curvesSvg }, { svgToPng }] = await Promise.all([
      import("../../pictures/curves_svg.ts"),
      import("../../pictures/svg_to_png.ts"),
    ]);
    const svg = curvesSvg(history.epochs, {
      title: history.name,
      epochs: history.spec.epochs,
    });
    await writeWhole(`${folder}/curves.svg`, svg);
    await writeWhole(`${folder}/curves.png`, await svgToPng(svg));
  } catch (error) {
    throw new ResultsError(
      `Cannot write results to '${folder}': the disk must take them, got '${reason(error)}'. ` +
        `The run and its epochs are kept in the run list as '${history.name}' (${history.id}).`,
    );
  }
  return ["curves.svg", "curves.png", ...names];
}

/** Writes a file beside its place, then moves it there. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    await Deno.writeFile(
      part,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
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
