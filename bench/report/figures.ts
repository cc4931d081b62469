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
import { maximum, median, minimum, percentile } from "./statistics.ts";
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

/** A figure beside its target. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The same figure of medians. */
  readonly median?: number;
  readonly unit: "x" | "MB" | "bytes" | "s" | "ms" | "%";
  readonly target: { readonly atLeast: number } | { readonly below: number };
  readonly isMet: boolean;
}

/** Computes all figures for which there are measurements. */
export function figuresOf(
  { samples, startUps, overheads, pages, loads, trainings, imports, predictions }: Measurements,
): readonly Figure[] {
  const ours = samples("epochql", "BASIC_CNN");
  const allOurs = (["BASIC_CNN", "DROPOUT_CNN", "WIDE_KERNEL_CNN"] as const)
    .flatMap((recipe) => samples("epochql", recipe));
  const trains = (network: BenchNetwork, peer = "pytorch") =>
    [
      samples(peer, network).map((sample) => sample.windows),
      samples("epochql", network).map((sample) => sample.windows),
    ] as const;
  const tests = [
    samples("pytorch", "BASIC_CNN").map((sample) => sample.evaluations),
    ours.map((sample) => sample.evaluations),
  ] as const;
  const queries = ours.flatMap((sample) => sample.queryMilliseconds ?? []);
  return [
    ratio("Training BASIC_CNN, to PyTorch in memory", ...trains("BASIC_CNN"), 2.5),
    ratio(
      "Training BASIC_CNN, to channels_last",
      ...trains("BASIC_CNN", "pytorch-channels-last"),
      2,
    ),
    ratio("Training DROPOUT_CNN, to PyTorch in memory", ...trains("DROPOUT_CNN"), 1.5),
    ratio("Training WIDE_KERNEL_CNN, to PyTorch in memory", ...trains("WIDE_KERNEL_CNN"), 1.5),
    ...(["RESNET_SMALL", "MOBILENET_SMALL", "MLP"] as const).map((network) =>
      ratio(
        `Training ${network}, to channels_last`,
        ...trains(network, "pytorch-channels-last"),
        network === "MLP" ? 1 : 1.5,
      )
    ),
    ratio("Evaluating 10,000, to PyTorch in memory", ...tests, 3),
    size("Peak memory of training", allOurs.map((sample) => sample.rssMegabytes), "MB", 900),
    size(
      "Peak memory of the API process",
      allOurs.flatMap((sample) => sample.apiRssMegabytes ?? []),
      "MB",
      200,
    ),
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
    size("A small query while training runs, p99", queries, "ms", 20, p99),
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

/** Computes how many times as fast epochql is. Values are times. */
function ratio(
  name: string,
  peer: readonly (readonly number[])[],
  ours: readonly (readonly number[])[],
  atLeast: number,
): Figure | undefined {
  if (peer.flat().length === 0 || ours.flat().length === 0) return undefined;
  const value = minimum(peer.flat()) / minimum(ours.flat());
  const medians = median(peer.map(median)) / median(ours.map(median));
  return {
    name,
    value,
    median: medians,
    unit: "x",
    target: { atLeast },
    isMet: value >= atLeast,
  };
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

function size(
  name: string,
  values: readonly number[],
  unit: Figure["unit"],
  below: number,
  of: (values: readonly number[]) => number = maximum,
): Figure | undefined {
  if (values.length === 0) return undefined;
  const value = of(values);
  return {
    name,
    value,
    ...(of === minimum ? { median: median(values) } : {}),
    unit,
    target: { below },
    isMet: value < below,
  };
}

function p99(values: readonly number[]): number {
  return percentile(values, 0.99);
}
