/** The picture of some samples, as connections and batches offer it. */
import { catalogEntry } from "../../data/catalog.ts";
import type { Theme } from "../../pictures/palette.ts";
import { samplesSvg } from "../../pictures/samples_svg.ts";
import { badInput } from "../base/errors.ts";
import { classNameOf, type SampleShape } from "./sample.ts";

/** More would make a PNG that no viewer opens gladly. */
const MAX_DRAWN = 200;

/**
 * Draws samples with their labels, ten in a row.
 *
 * @param argument the argument that said how many samples there are
 * @throws {GraphQLError} BAD_USER_INPUT if they are too many
 */
export function drawSamples(
  samples: readonly SampleShape[],
  argument: string,
  theme: Theme,
): { readonly svg: string } {
  if (samples.length > MAX_DRAWN) {
    throw badInput(
      `Cannot draw ${samples.length} samples: ${argument} must be at most ${MAX_DRAWN} for a picture.`,
      [argument],
    );
  }
  const [first] = samples;
  if (!first) return { svg: samplesSvg([], { theme }) };
  const { name, split, imageShape: [height, width] } = first.dataset;
  return {
    svg: samplesSvg(samples.map((sample) => ({ ...sample, label: classNameOf(sample) })), {
      theme,
      imageShape: [height, width],
      title: `${catalogEntry(name).title}, ${split === "train" ? "training" : "test"} set`,
    }),
  };
}
