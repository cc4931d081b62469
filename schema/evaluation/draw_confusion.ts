/** The picture of a confusion matrix, as the API and the files beside it offer it. */
import { catalogEntry } from "../../data/catalog.ts";
import { confusionSvg } from "../../pictures/confusion_svg.ts";
import { placeInTraining } from "../../pictures/frame.ts";
import type { Theme } from "../../pictures/palette.ts";
import type { RunConfusion } from "./confusion_matrix.ts";

/** Draws a confusion matrix as the text of an SVG file. */
export function drawConfusion(
  { run, checkpoint, classes, counts }: RunConfusion,
  theme: Theme,
): string {
  return confusionSvg({ classes, counts }, {
    title: run.name,
    samples: `${catalogEntry(run.spec.dataset).title} test set`,
    place: placeInTraining(checkpoint),
    theme,
  });
}
