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
  return kind === "images" ? ofImages(channels) : ofFeatures(channels);
}

/** Sums up the values of each channel and their squares: the sums of whole numbers are exact. */
function ofImages(channels: number): Statistics {
  let count = 0;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  return {
    add(values) {
      count += values.length / channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let square = 0;
        for (let at = channel; at < values.length; at += channels) {
          const value = values[at] ?? 0;
          sum += value;
          square += value * value;
        }
        sums[channel] = (sums[channel] ?? 0) + sum;
        squares[channel] = (squares[channel] ?? 0) + square;
      }
    },
    result: () =>
      scaled(Array.from(sums, (sum, channel) => {
        const mean = sum / count;
        return { mean, variance: (squares[channel] ?? 0) / count - mean ** 2 };
      })),
  };
}

/** Collects by Welford's algorithm. */
function ofFeatures(channels: number): Statistics {
  let count = 0;
  const means = new Float64Array(channels);
  const squares = new Float64Array(channels);
  return {
    add(values) {
      const floats = new Float32Array(values.buffer, values.byteOffset, values.byteLength / 4);
      for (let at = 0; at < floats.length; at += channels) {
        count++;
        for (let channel = 0; channel < channels; channel++) {
          const value = floats[at + channel] ?? 0;
          const difference = value - (means[channel] ?? 0);
          means[channel] = (means[channel] ?? 0) + difference / count;
          squares[channel] = (squares[channel] ?? 0) + difference * (value - (means[channel] ?? 0));
        }
      }
    },
    result: () =>
      scaled(
        Array.from(means, (mean, channel) => ({ mean, variance: (squares[channel] ?? 0) / count })),
      ),
  };
}

function scaled(each: readonly { readonly mean: number; readonly variance: number }[]) {
  return {
    mean: each.map(({ mean }) => mean / SCALE),
    std: each.map(({ variance }) => (variance > 0 ? Math.sqrt(variance) : 1) / SCALE),
  };
}
