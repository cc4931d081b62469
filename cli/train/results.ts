/**
 * The files of a training: history.json and, as SVG, PNG and PDF, its curves, its confusion matrix and its
 * kernels. Files are written whole. The folder is checked before anything is trained.
 */
import { dirname, join, resolve } from "node:path";
import { systemErrorMessage } from "../../lib/error_message.ts";
import { type History, historyJson } from "../../runs/reading/history.ts";
import { ResultsError, WrongInputError } from "./errors.ts";
import type { Learned } from "./evaluation.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";

/** Names of all pictures, and their formats. */
const PICTURES: readonly string[] = ["curves", "confusion", "kernels"];
const FORMATS = ["svg", "png", "pdf"] as const;

/**
 * Returns the name and id of the run whose results a folder has; undefined if there are none.
 *
 * @param folder need not exist
 */
export async function earlierResults(
  folder: string,
): Promise<Pick<History, "id" | "name"> | undefined> {
  try {
    const { id, name } = JSON.parse(await Deno.readTextFile(join(folder, "history.json")));
    return typeof id === "string" && typeof name === "string" ? { id, name } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks that files can be written to a folder, which need not exist yet. Leaves nothing behind.
 *
 * @param setting the name of the setting: '--out'
 * @throws {WrongInputError}
 */
export async function checkFolder(folder: string, setting: string): Promise<void> {
  try {
    const probe = await Deno.makeTempFile({ dir: await existing(folder), prefix: ".epochql-" });
    await Deno.remove(probe);
  } catch (error) {
    throw new WrongInputError(
      `Cannot write results to '${folder}': ${setting} must be a folder that can be written, ` +
        `got '${systemErrorMessage(error)}'. Name another.`,
    );
  }
}

/**
 * Writes the files. Without a step there are no curves, without a checkpoint no kernels;
 * history.json is always written. Pictures of an earlier run that are not drawn anew are removed.
 *
 * @returns the names of the files
 * @throws {ResultsError} if the disk is full or the folder cannot be written
 */
export async function writeResults(
  folder: string,
  history: History,
  learned: Learned = {},
): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    await Deno.mkdir(folder, { recursive: true });
    const pictures = await draw(history, learned);
    // Pictures of another run would be taken for this one's.
    const drawn = pictures.map(([name]) => name);
    for (const name of PICTURES.filter((name) => !drawn.includes(name))) {
      for (const format of FORMATS) {
        await Deno.remove(join(folder, `${name}.${format}`)).catch(ignoreNotFound);
      }
    }
    await writeWhole(join(folder, "history.json"), historyJson(history));
    for (const [name, svg] of pictures) {
      // Loaded when it is needed, for a quick start.
      const { svgToPng } = await import("../../pictures/svg_to_png.ts");
      const { svgToPdf } = await import("../../pictures/svg_to_pdf.ts");
      await writeWhole(join(folder, `${name}.svg`), svg);
      await writeWhole(join(folder, `${name}.png`), await svgToPng(svg));
      await writeWhole(join(folder, `${name}.pdf`), await svgToPdf(svg));
      names.push(`${name}.svg`, `${name}.png`, `${name}.pdf`);
    }
  } catch (error) {
    throw new ResultsError(
      `Cannot write results to '${folder}': the disk must take them, ` +
        `got '${systemErrorMessage(error)}'. ` +
        `The run and its epochs are kept in the run list as '${history.name}' (${history.id}).`,
    );
  }
  return [...names, "history.json"];
}

/** Draws the pictures, by name, as SVG. The drawing code is loaded on demand. */
async function draw(
  { name: title, epochs, error }: History,
  { curves, confusion, kernels }: Learned,
): Promise<readonly (readonly [name: string, svg: string])[]> {
  const pictures: (readonly [string, string])[] = [];
  if (curves !== undefined) pictures.push(["curves", curves]);
  if (epochs.length > 0) {
    const { curvesSvg } = await import("../../pictures/curves_svg.ts");
    pictures.push([
      "curves",
      curvesSvg(epochs, { title, note: error === null ? "" : `Failed: ${error}` }),
    ]);
  }
  if (confusion) {
    const { confusionSvg } = await import("../../pictures/confusion_svg.ts");
    pictures.push(["confusion", confusionSvg(confusion, { ...confusion, title })]);
  }
  if (kernels) {
    const { kernelsSvg } = await import("../../pictures/kernels_svg.ts");
    pictures.push(["kernels", kernelsSvg(kernels, { ...kernels, title })]);
  }
  return pictures;
}

/** Returns the folder, or the nearest one above it that exists. */
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

/** Writes a file under another name, then renames it. */
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
