/** The pictures of runs' curves, as the API and the files beside it offer them. */
import type { LossScale } from "../../pictures/chart_parts.ts";
import type { CurvesOptions } from "../../pictures/curves_option.ts";
import type { Theme } from "../../pictures/palette.ts";
import { pointCount, smoothedSteps, toPoints } from "../../pictures/trend.ts";
import { totalEpochs } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import { MIN_POINTS, readBatchCurve } from "../../runs/reading/batch_curve.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { readEpochs } from "../event/read_log.ts";

/** Looks of a picture of curves. */
interface CurvesLook {
  readonly theme: Theme;
  /** Empty for none. */
  readonly title: string;
  readonly lossScale?: LossScale;
}

/**
 * Draws accuracy and loss over the epochs so far; of a run that has failed, with the error below.
 *
 * @param look `of: "steps"` draws each batch and their trend behind the epochs, as the page does; they are drawn, too,
 *   where there is no epoch yet
 * @returns the text of an SVG file
 */
export async function drawCurves(
  store: RunStore,
  run: Run,
  { of = "epochs", ...look }: CurvesLook & { readonly of?: "epochs" | "steps" },
): Promise<string> {
  // ECharts is large: it is loaded with the first picture.
  const [{ curvesSvg }, epochs] = await Promise.all([
    import("../../pictures/curves_svg.ts"),
    readEpochs(store, run.id),
  ]);
  const batches = of === "steps" || epochs.length === 0 ? await readBatches(store, run) : {};
  const { error } = run.snapshot;
  const note = error === null ? "" : `Failed: ${error}`;
  return curvesSvg(epochs, { ...look, note, epochs: totalEpochs(run), ...batches });
}

/**
 * Draws accuracy and loss of several runs over their epochs so far.
 *
 * @param runs 1 to MAX_COMPARED
 * @returns the text of an SVG file
 */
export async function drawComparison(
  store: RunStore,
  runs: readonly Run[],
  look: CurvesLook & { readonly split: "train" | "test" },
): Promise<string> {
  const { comparisonSvg } = await import("../../pictures/curves_svg.ts");
  const compared = [];
  for (const { id, name } of runs) compared.push({ name, epochs: await readEpochs(store, id) });
  return comparisonSvg(compared, look);
}

/** Reads the steps that the page shows of a run, and the means that their trend is made of. */
async function readBatches(
  store: RunStore,
  run: Run,
): Promise<Pick<CurvesOptions, "batches" | "trend">> {
  const { step, steps, stepsPerEpoch } = run.snapshot;
  if (steps === null || stepsPerEpoch === null) return {};
  const maxPoints = Math.max(MIN_POINTS, pointCount(step, steps));
  const [shown, means] = await Promise.all([
    readBatchCurve(store, run, { maxPoints }),
    readBatchCurve(store, run, { maxPoints, thinning: "MEAN" }),
  ]);
  return {
    batches: toPoints(shown, stepsPerEpoch),
    trend: {
      means: toPoints(means, stepsPerEpoch),
      epochs: smoothedSteps(steps) / stepsPerEpoch,
    },
  };
}
