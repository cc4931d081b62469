/** Inputs and parameters by a formula that tools/golden_layers.py has too, and the probes of PyTorch's results. */
import { assert, assertEquals } from "@std/assert";
import { elementCount, type Shape } from "../../../ml/graph/tensor.ts";

/** Some elements of an array of PyTorch, and its length as a vector. */
export interface Probe {
  readonly shape: readonly number[];
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly norm: number;
}

/** Makes numbers between -scale and scale. */
export function numbers(shape: Shape, salt: number, scale = 2): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, (_, at) => {
    const word = Math.imul(at * 7919 + salt * 104729 + 12345, 2654435761) >>> 0;
    return (word / 2 ** 32 * 2 - 1) * scale;
  });
}

/**
 * Asserts that an array is PyTorch's, relative to its largest element.
 *
 * @param least the size that elements are taken for at least
 */
export function assertProbe(
  what: string,
  values: Float32Array,
  probe: Probe,
  tolerance = 1e-5,
  least = 1e-6,
) {
  assertEquals(values.length, elementCount(probe.shape), what);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), least);
  for (const [place, at] of probe.at.entries()) {
    const off = Math.abs((values[at] ?? NaN) - (probe.values[place] ?? NaN)) / scale;
    assert(off < tolerance, `${what} at ${at} is ${values[at]}, not ${probe.values[place]}`);
  }
  assert(Math.abs(norm - probe.norm) < tolerance * Math.max(least, norm), `${what}: the norm`);
}

/** Orders images as the engines do: [n, channels, height, width] becomes [n, height, width, channels]. */
export function channelsLast(values: Float32Array, shape: Shape): Float32Array {
  const [samples = 1, channels = 1, height = 1, width = 1] = shape;
  const places = height * width;
  const moved = new Float32Array(values.length);
  for (let sample = 0; sample < samples; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let place = 0; place < places; place++) {
        moved[(sample * places + place) * channels + channel] =
          values[(sample * channels + channel) * places + place] ?? 0;
      }
    }
  }
  return moved;
}

/** Orders images as PyTorch does: the reverse of channelsLast(). */
export function channelsFirstValues(values: Float32Array, shape: Shape): Float32Array {
  const [samples = 1, height = 1, width = 1, channels = 1] = shape;
  return channelsLast(values, [samples, height * width, channels, 1]);
}
