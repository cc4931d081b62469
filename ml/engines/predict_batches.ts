/** Predictions in batches of one size: engines compile a graph for each size. */
import { elementCount } from "../graph/tensor.ts";
import type { Network } from "../network/network.ts";
import { countImages } from "./checks.ts";

/**
 * Predicts for images, batch by batch; a single one is a batch of its own.
 *
 * @param predict returns the probabilities of a batch. The last one is filled up with zeros.
 * @returns the probabilities of all images, one after the other
 * @throws {RangeError} if they are not whole images
 */
export async function predictInBatches(
  network: Network,
  images: Uint8Array,
  batchSize: number,
  predict: (pixels: Uint8Array, batch: number) => Float32Array | Promise<Float32Array>,
): Promise<Float32Array> {
  const size = elementCount(network.inputShape);
  const count = countImages(network, images);
  const batch = count === 1 ? 1 : batchSize;
  const slices: Float32Array[] = [];
  for (let begin = 0; begin < count; begin += batch) {
    const rows = Math.min(batch, count - begin);
    const pixels = new Uint8Array(batch * size);
    pixels.set(images.subarray(begin * size, (begin + rows) * size));
    const probabilities = await predict(pixels, batch);
    slices.push(probabilities.slice(0, rows * probabilities.length / batch));
  }
  return concatenate(slices);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
