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
  for (const [position, { model, samples }] of models.entries()) {
    const path = (end: string) => join(folder, `${position}.${end}`);
    const file = new Blob((await encodeExport(format, model)).map((part) => new Uint8Array(part)));
    await Deno.writeFile(path(extension), await file.bytes());
    const images = inputValues(samples, model.network.inputShape);
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

/** Converts samples to a model's input: pixels to values 0 to 1, [count, channels, height, width]. */
export function inputValues(
  samples: Uint8Array | Float32Array,
  [height = 1, width = 1, channels]: readonly number[],
): Float32Array {
  if (channels === undefined) return Float32Array.from(samples);
  const values = new Float32Array(samples.length);
  const image = elementCount([height, width, channels]);
  for (const [at, pixel] of samples.entries()) {
    const place = Math.floor(at % image / channels);
    const begin = at - at % image;
    values[begin + at % channels * height * width + place] = pixel / 255;
  }
  return values;
}
