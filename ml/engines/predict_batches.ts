/** Predictions in batches of one size: engines compile a graph for each size. */
import { elementCount } from "../graph/tensor.ts";
import type { Network } from "../network/network.ts";
import { countSamples } from "./checks.ts";

/**
 * Predicts for samples, batch by batch; a single one is a batch of its own.
 *
 * @param predict returns the probabilities of a batch. The last one is filled up with zeros.
 * @returns the probabilities of all samples, one after the other
 * @throws {RangeError} if they are not whole samples
 */
export async function predictInBatches(
  network: Network,
  samples: Uint8Array | Float32Array,
  batchSize: number,
  predict: (values: Float32Array, batch: number) => Float32Array | Promise<Float32Array>,
): Promise<Float32Array> {
  const size = elementCount(network.inputShape);
  const count = countSamples(network, samples);
  const batch = count === 1 ? 1 : batchSize;
  const slices: Float32Array[] = [];
  for (let begin = 0; begin < count; begin += batch) {
    const rows = Math.min(batch, count - begin);
    const values = new Float32Array(batch * size);
    values.set(samples.subarray(begin * size, (begin + rows) * size));
    const probabilities = await predict(values, batch);
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
