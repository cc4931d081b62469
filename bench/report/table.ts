/** Tables of measurements and figures. */
import type { Contender } from "../training/contenders.ts";
import { BENCH_NETWORKS, type BenchNetwork, benchSpec } from "../training/spec.ts";
import type { Figure } from "./figure.ts";
import type { Measurements } from "./figures.ts";
import { maximum, median, minimum } from "./statistics.ts";

/** Number of training samples of an epoch. */
const TRAIN_SIZE = 60_000;

/** Returns a row per contender, under a heading for each network. */
export function measurementTable(
  contenders: readonly Contender[],
  measurements: Measurements,
): string {
  const head = ["", "ms/step", "median", "epoch s", "median", "test s", "peak MB", "vs PyTorch"];
  const rows = BENCH_NETWORKS.flatMap((network) => {
    const shown = contenders.filter((contender) =>
      contender.network === network && measurements.samples(contender.name, network).length > 0
    );
    if (shown.length === 0) return [];
    const { batchSize } = benchSpec(network);
    return [
      [`${network}, batch ${batchSize}`],
      ...shown.map((contender) => row(contender, measurements, network)),
    ];
  });
  return align([head, ...rows]);
}

function row(
  { name, label }: Contender,
  { samples }: Measurements,
  network: BenchNetwork,
): string[] {
  const mine = samples(name, network);
  const windows = mine.map((sample) => sample.windows).filter((of) => of.length > 0);
  const [least, middle] = [minimum(windows.flat()), median(windows.map(median))];
  const steps = TRAIN_SIZE / benchSpec(network).batchSize / 1000;
  const tests = mine.flatMap((sample) => sample.evaluations);
  const first = ["pytorch", "pytorch-channels-last"].map((peer) => samples(peer, network))
    .find(({ length }) => length > 0) ?? [];
  const torch = first.flatMap((sample) => sample.windows);
  return [
    `  ${label}`,
    least.toFixed(2),
    middle.toFixed(2),
    (steps * least).toFixed(1),
    (steps * middle).toFixed(1),
    minimum(tests).toFixed(2),
    maximum(mine.map((sample) => sample.rssMegabytes)).toFixed(0),
    torch.length === 0 ? "" : `${(minimum(torch) / least).toFixed(2)}x`,
  ];
}

/** Returns a row per figure, with its target. */
export function figureTable(figures: readonly Figure[]): string {
  const show = (value: number | undefined, unit: string) =>
    value === undefined
      ? ""
      : `${value.toFixed(unit === "MB" || unit === "bytes" ? 0 : 2)}${
        unit === "x" ? "" : " "
      }${unit}`;
  return align([
    ["", "measured", "median", "target", ""],
    ...figures.map(({ name, value, median, unit, target, isMet }) => [
      name,
      show(value, unit),
      show(median, unit),
      "atLeast" in target ? `≥ ${target.atLeast}x` : `< ${target.below} ${unit}`,
      isMet ? "ok" : "MISS",
    ]),
  ]);
}

/** Aligns columns: words to the left, numbers to the right. A row with one cell is a heading. */
function align(rows: readonly (readonly string[])[]): string {
  const full = rows.filter((row) => row.length > 1);
  const widths = (full[0] ?? []).map((_, column) =>
    Math.max(...full.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.length === 1 ? row[0] ?? "" : row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width + 3);
    }).join("").trimEnd()
  ).join("\n");
}
