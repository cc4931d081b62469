/** The picture of a layer's kernels, as the API and the files beside it offer it. */
import { placeInTraining } from "../../pictures/frame.ts";
import { kernelsSvg } from "../../pictures/kernels_svg.ts";
import type { Theme } from "../../pictures/palette.ts";
import type { RunKernels } from "./kernels.ts";

/** Draws kernels as the text of an SVG file. */
export function drawKernels({ run, layer, checkpoint, value }: RunKernels, theme: Theme): string {
  const [out = 0, channels = 0, height = 0, width = 0] = value.shape;
  return kernelsSvg(
    { layer, shape: [out, channels, height, width], values: value.values },
    { title: run.name, place: placeInTraining(checkpoint), theme },
  );
}
