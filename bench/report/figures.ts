/**
 * Computes the figures that have a target, each as a ratio within one run or as a size. Minima meet
 * targets, since other work on the machine disturbs them least; medians are printed beside them.
 */
import type { Compared, LoadSample } from "../load/measure.ts";
import type { WatchedTraining } from "../load/training.ts";
import type { ImportSample } from "../imports.ts";
import type { Overhead } from "../training/overhead.ts";
import type { PageSample } from "../page.ts";
import { PREDICTED, type PredictSample, REQUEST_SIZES } from "../predict.ts";
import { type Figure, ratio, size } from "./figure.ts";
import { median, minimum, percentile } from "./statistics.ts";
import { trainingFigures } from "./training_figures.ts";
import { RECIPE_NAMES } from "../../ml/spec/recipes.ts";
import type { Sample } from "../training/sample.ts";
import type { BenchNetwork } from "../training/spec.ts";

/** All measurements. */
export interface Measurements {
  /** The samples of each round, by contender and network. */
  samples(name: string, network: BenchNetwork): readonly Sample[];
  /** Seconds to the first step of `deno task train`, of each round. */
  readonly startUps: readonly number[];
  /** Cost of the log and the checkpoints, one entry a round. */
  readonly overheads: readonly Overhead[];
  /** Measurements of the page, one entry a round. */
  readonly pages: readonly PageSample[];
  /** Load of a thousand watchers on a server, one entry a round. */
  readonly loads: readonly LoadSample[];
  /** Slowdown of a watched training, one entry a round. */
  readonly trainings: readonly WatchedTraining[];
  /** Imports of PNGs, one entry a round. */
  readonly imports: readonly ImportSample[];
  /** Predictions, one entry a round. */
  readonly predictions: readonly PredictSample[];
}

/** Computes all figures for which there are measurements. */
export function figuresOf(
  { samples, startUps, overheads, pages, loads, trainings, imports, predictions }: Measurements,
): readonly Figure[] {
  const ours = RECIPE_NAMES.flatMap((recipe) => samples("epochql", recipe));
  return [
    ...trainingFigures(samples),
    size("'deno task train' to its first step", startUps, "s", 2, minimum),
    overhead("Log and a checkpoint each epoch, of training time", overheads, 3),
    size(
      "The page's first load, and GraphiQL opened",
      pages.map((page) => page.loadSeconds),
      "s",
      2,
      minimum,
    ),
    size("Opening 100,000 steps", pages.map((page) => page.longSeconds), "s", 1, minimum),
    size("Opening 1,000,000 steps", pages.map((page) => page.longestSeconds), "s", 1, minimum),
    size(
      "The page's process at 60 updates a second, of a core",
      pages.map((page) => 100 * page.processShare),
      "%",
      20,
      minimum,
    ),
    size(
      "Peak memory of the API process",
      ours.flatMap((sample) => sample.apiRssMegabytes ?? []),
      "MB",
      200,
    ),
    size(
      "A small query while training runs, p99",
      samples("epochql", "BASIC_CNN").flatMap((sample) => sample.queryMilliseconds ?? []),
      "ms",
      20,
      p99,
    ),
    ...loadFigures(loads, trainings),
    ...importFigures(imports),
    ...predictionFigures(predictions),
  ].filter((figure) => figure !== undefined);
}

/** Compares the serving of many clients with bare Yoga's. */
function loadFigures(
  loads: Measurements["loads"],
  trainings: Measurements["trainings"],
): readonly (Figure | undefined)[] {
  return [
    compared(
      "Deliveries to 1,000 watchers, to bare Yoga",
      loads.map(({ delivery }) => delivery),
      5,
    ),
    compared("Small queries, to bare Yoga", loads.map(({ query }) => query), 0.95),
    size("From commit to 1,000 clients, p99", loads.map(({ live }) => live.p99), "ms", 30),
    compared(
      "The same, to Deno's streams alone",
      loads.map(({ live, bareLive }) => ({ ours: live.p99, bare: bareLive.p99 })),
      0.5,
    ),
    size(
      "Memory that a delivery needs at most",
      loads.map(({ memory }) => memory.bytesADelivery),
      "bytes",
      200,
    ),
    size(
      "Memory that 1,000 watchers leave behind",
      loads.map(({ memory }) => memory.keptMegabytes),
      "MB",
      KEPT_MEGABYTES,
    ),
    size(
      "Training while 1,000 watch, longer by",
      trainings.map(({ slowdown }) => slowdown),
      "%",
      2,
      median,
    ),
    size(
      "The same, to a busy loop in their place",
      trainings.map(({ slowdown, loopSlowdown }) => slowdown - loopSlowdown),
      "%",
      2,
      median,
    ),
  ];
}

/** Compares imports with torchvision's ImageFolder, which only reads the images. */
function importFigures(imports: Measurements["imports"]): readonly (Figure | undefined)[] {
  return [
    ratio(
      "Importing 60,000 PNGs, to ImageFolder with two workers",
      imports.map(({ peerSeconds }) => [peerSeconds]),
      imports.map(({ seconds }) => [seconds]),
      2,
    ),
    size(
      "Peak memory of importing 100,000 PNGs",
      imports.map(({ rssMegabytes }) => rssMegabytes),
      "MB",
      400,
    ),
  ];
}

/** Compares predictions in the native engine with those in WebAssembly. */
function predictionFigures(
  predictions: Measurements["predictions"],
): readonly (Figure | undefined)[] {
  const times = predictions.flatMap(({ times }) => times);
  const served = predictions.flatMap(({ served }) => served);
  return PREDICTED.flatMap((network) => {
    const over = served.filter((each) => each.network === network);
    return [
      ...REQUEST_SIZES.map((size) => {
        const mine = times.filter((each) => each.network === network && each.size === size);
        return ratio(
          `Predicting ${network} by ${size}, to WebAssembly`,
          mine.map(({ wasm }) => [wasm]),
          mine.map(({ native }) => [native]),
          size === 1 ? 3 : 5,
        );
      }),
      ratio(
        `The same over HTTP by 32, to 'predict' in WebAssembly`,
        over.map(({ singleInWasm }) => [singleInWasm]),
        over.map(({ batches }) => [batches]),
        5,
      ),
      ratio(
        `The same over HTTP by 32, to 'predict' as it is`,
        over.map(({ single }) => [single]),
        over.map(({ batches }) => [batches]),
        1,
      ),
    ];
  });
}

/** Memory that an allocator may retain. */
const KEPT_MEGABYTES = 20;

/** Compares epochql with a bare Yoga. */
function compared(
  name: string,
  times: readonly Compared[],
  atLeast: number,
): Figure | undefined {
  return ratio(name, times.map(({ bare }) => [bare]), times.map(({ ours }) => [ours]), atLeast);
}

/** Computes how much longer training takes with log and checkpoints. */
function overhead(
  name: string,
  overheads: readonly Overhead[],
  below: number,
): Figure | undefined {
  if (overheads.length === 0) return undefined;
  const bare = overheads.map(({ bareSeconds }) => bareSeconds);
  const kept = overheads.map(({ keptSeconds }) => keptSeconds);
  const value = 100 * (minimum(kept) / minimum(bare) - 1);
  const medians = 100 * (median(kept) / median(bare) - 1);
  return { name, value, median: medians, unit: "%", target: { below }, isMet: value < below };
}

function p99(values: readonly number[]): number {
  return percentile(values, 0.99);
}
