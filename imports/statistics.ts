/** Mean and standard deviation of each channel, of values divided by 255, in one pass. */

/** Sums of the values of each channel. */
export interface Statistics {
  /** Adds the values of whole samples: uint8, or the bytes of float32. */
  add(values: Uint8Array): void;
  result(): { readonly mean: number[]; readonly std: number[] };
}

/** The divisor of values: networks take pixels as numbers from 0 to 1. */
const SCALE = 255;

/** Begins to collect statistics. A channel whose values are all equal has the standard deviation 1/255. */
export function createStatistics(kind: "images" | "features", channels: number): Statistics {
  let count = 0;
  // Welford's algorithm for features; sums of whole numbers are exact.
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  return {
    add(values) {
      if (kind === "images") {
        for (let at = 0, channel = 0; at < values.length; at++) {
          const value = values[at] ?? 0;
          sums[channel] = (sums[channel] ?? 0) + value;
          squares[channel] = (squares[channel] ?? 0) + value * value;
          if (++channel === channels) channel = 0;
        }
        count += values.length / channels;
        return;
      }
      const floats = new Float32Array(values.buffer, values.byteOffset, values.byteLength / 4);
      for (let at = 0; at < floats.length; at += channels) {
        count++;
        for (let channel = 0; channel < channels; channel++) {
          const value = floats[at + channel] ?? 0;
          const difference = value - (sums[channel] ?? 0);
          sums[channel] = (sums[channel] ?? 0) + difference / count;
          squares[channel] = (squares[channel] ?? 0) + difference * (value - (sums[channel] ?? 0));
        }
      }
    },
    result() {
      const isExact = kind === "images";
      const mean = Array.from(sums, (sum) => isExact ? sum / count : sum);
      const std = Array.from(squares, (square, channel) => {
        const variance = isExact ? square / count - (mean[channel] ?? 0) ** 2 : square / count;
        return variance > 0 ? Math.sqrt(variance) : 1;
      });
      return { mean: mean.map((value) => value / SCALE), std: std.map((value) => value / SCALE) };
    },
  };
}
