/** Samples, and what augmentation makes of them: a row of each, one above the other. */
import { type SamplePicture, samplesSvg, type SamplesSvgOptions } from "./samples_svg.ts";

/** The largest value of a pixel. */
const WHITE = 255;

/**
 * Draws samples above their augmented pixels.
 *
 * @param augmented 0 to 255, of all samples one after the other
 * @throws {RangeError} if there are not as many pixels as the samples have
 */
export function augmentedSvg(
  samples: readonly SamplePicture[],
  augmented: Float32Array,
  options: Omit<SamplesSvgOptions, "columns"> = {},
): string {
  const size = augmented.length / Math.max(1, samples.length);
  if (samples.some(({ pixels }) => pixels.length !== size)) {
    throw new RangeError(
      `Cannot draw augmented samples: there must be the pixels of ${samples.length} samples, got ${augmented.length}.`,
    );
  }
  const changed = samples.map((_, at): SamplePicture => ({
    pixels: Uint8Array.from(
      augmented.subarray(at * size, (at + 1) * size),
      (value) => Math.round(Math.min(Math.max(value, 0), WHITE)),
    ),
    label: "↓",
  }));
  return samplesSvg([...samples, ...changed], { ...options, columns: Math.max(1, samples.length) });
}
