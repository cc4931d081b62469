/** Exported models in a folder, as other programs open them, and what these programs computed. */
import { assert } from "@std/assert";
import { join } from "node:path";
import { encodeExport, EXPORT_FORMATS, type ExportFormat } from "../../exports/formats.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import type { TriedModel } from "./models.ts";

/** The largest difference of a probability from our predictor's. */
const TOLERANCE = 1e-5;

/** Writes models with the images that they are tried on: '12.onnx', '12.images'. */
export async function writeExports(
  folder: string,
  format: ExportFormat,
  models: readonly TriedModel[],
): Promise<void> {
  const { extension } = EXPORT_FORMATS[format];
  for (const [position, { model, pixels }] of models.entries()) {
    const path = (end: string) => join(folder, `${position}.${end}`);
    const file = new Blob(encodeExport(format, model).map((part) => new Uint8Array(part)));
    await Deno.writeFile(path(extension), await file.bytes());
    const images = channelsFirst(pixels, model.network.inputShape);
    await Deno.writeFile(path("images"), new Uint8Array(images.buffer));
  }
}

/** Asserts that the probabilities which a program has written are our predictor's. */
export async function assertSameProbabilities(
  folder: string,
  models: readonly TriedModel[],
): Promise<void> {
  for (const [position, { name, probabilities }] of models.entries()) {
    const bytes = await Deno.readFile(join(folder, `${position}.probabilities`));
    assertClose(new Float32Array(bytes.buffer), probabilities, name);
  }
}

/** Asserts that probabilities are our predictor's. */
export function assertClose(got: Float32Array, expected: Float32Array, name: string): void {
  assert(got.length === expected.length, `${name}: ${got.length} of ${expected.length}`);
  const off = expected.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (got[at] ?? 0))),
    0,
  );
  assert(off < TOLERANCE, `${name} is off by ${off}`);
}

/** Converts pixels to values 0 to 1, [count, channels, height, width]. */
export function channelsFirst(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
): Float32Array {
  const values = new Float32Array(pixels.length);
  const image = elementCount([height, width, channels]);
  for (const [at, pixel] of pixels.entries()) {
    const place = Math.floor(at % image / channels);
    const begin = at - at % image;
    values[begin + at % channels * height * width + place] = pixel / 255;
  }
  return values;
}
