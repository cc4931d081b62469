/** The picture of a run's curves, as the API and the files beside it offer it. */
import type { Theme } from "../../pictures/palette.ts";
import { totalEpochs } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { readEpochs } from "../event/read_log.ts";

/**
 * Draws accuracy and loss over the epochs so far.
 *
 * @returns the text of an SVG file
 */
export async function drawCurves(store: RunStore, run: Run, theme: Theme): Promise<string> {
  // ECharts is large: it is loaded with the first picture.
  const { curvesSvg } = await import("../../pictures/curves_svg.ts");
  return curvesSvg(await readEpochs(store, run.id), {
    title: run.name,
    theme,
    epochs: totalEpochs(run),
  });
}
