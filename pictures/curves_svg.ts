/** A training's curves, and those of several, as an SVG file's text, drawn by ECharts without a DOM. */
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import {
  type ComparedRun,
  comparisonOption,
  type ComparisonOptions,
  headingHeight,
} from "./comparison_option.ts";
import { FILE_WIDTH } from "./chart_parts.ts";
import { curvesOption, type CurvesOptions, type EpochPoint } from "./curves_option.ts";
import { renderSvg } from "./render_svg.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Height of a comparison's panels with the axes below them. */
const PANELS_HEIGHT = 350;

/** Content of the picture and its size in CSS pixels. */
export interface CurvesSvgOptions extends Omit<CurvesOptions, "interactive"> {
  readonly width?: number;
  readonly height?: number;
}

/**
 * Draws accuracy and loss over epochs.
 *
 * @example
 * ```ts
 * await Deno.writeTextFile("curves.svg", curvesSvg(epochs, { title: "BASIC_CNN, seed 1" }));
 * ```
 */
export function curvesSvg(epochs: readonly EpochPoint[], options: CurvesSvgOptions = {}): string {
  const { width = FILE_WIDTH, height = 420, ...rest } = options;
  return renderSvg(curvesOption(epochs, rest), {
    width,
    height,
    label: describe(epochs, rest.title),
  });
}

/** Content of a comparison. */
export interface ComparisonSvgOptions
  extends Pick<ComparisonOptions, "split" | "theme" | "lossScale"> {
  readonly title?: string;
}

/**
 * Draws accuracy and loss of several runs over epochs, with their names in a legend.
 *
 * @param runs 1 to MAX_COMPARED runs; those of the same name are numbered
 */
export function comparisonSvg(
  runs: readonly ComparedRun[],
  { title = "", ...options }: ComparisonSvgOptions,
): string {
  const named = withDistinctNames(runs);
  const file = { title, width: FILE_WIDTH };
  const label = [
    ...(title === "" ? [] : [title]),
    `${options.split === "train" ? "Train" : "Test"} accuracy and loss over epochs of ` +
    named.map(({ name }) => name).join(", "),
  ].join(": ");
  const height = PANELS_HEIGHT + headingHeight(named, file);
  return renderSvg(comparisonOption(named, { ...options, file }), {
    width: FILE_WIDTH,
    height,
    label,
  });
}

/** Returns runs whose names differ, as a legend needs. */
function withDistinctNames(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  const names = new Set<string>();
  return runs.map((run) => {
    let name = run.name;
    for (let number = 2; names.has(name); number++) name = `${run.name} (${number})`;
    names.add(name);
    return { ...run, name };
  });
}

function describe(epochs: readonly EpochPoint[], title = ""): string {
  const last = epochs.at(-1);
  const what = `Accuracy and loss over ${epochs.length} epochs`;
  return [
    ...(title === "" ? [] : [title]),
    last ? `${what}, at the end ${(100 * last.testAcc).toFixed(2)} % test accuracy` : what,
  ].join(": ");
}
