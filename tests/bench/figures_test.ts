/** The figures that the bench computes from measurements. Nothing is measured here. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CONTENDERS } from "../../bench/training/contenders.ts";
import { evaluationsIn } from "../../bench/training/evaluations.ts";
import { figuresOf, type Measurements } from "../../bench/report/figures.ts";
import type { Sample } from "../../bench/training/sample.ts";
import { BENCH_NETWORKS, benchSpec } from "../../bench/training/spec.ts";
import { median, percentile } from "../../bench/report/statistics.ts";
import { figureTable, measurementTable } from "../../bench/report/table.ts";
import { StepClock } from "../../bench/training/step_clock.ts";
import { type Arrival, windowsOf } from "../../bench/training/windows.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { RunEvent } from "../../runs/log/event.ts";

function sample(windows: number[], change: Partial<Sample> = {}): Sample {
  return { windows, evaluations: [1], rssMegabytes: 500, ...change };
}

/** Measurements by contender; every recipe has the same. */
function measured(
  samples: Record<string, readonly Sample[]>,
  startUps: readonly number[] = [],
  overheads: Measurements["overheads"] = [],
  pages: Measurements["pages"] = [],
  { loads = [], trainings = [], imports = [], predictions = [] }: Partial<
    Pick<Measurements, "loads" | "trainings" | "imports" | "predictions">
  > = {},
): Measurements {
  return {
    ...{
      samples: (name) => samples[name] ?? [],
      startUps,
      overheads,
      pages,
      loads,
      trainings,
      imports,
      predictions,
    },
  };
}

describe("statistics", () => {
  it("have the median in the middle", () => {
    assertEquals(median([3, 1, 2]), 2);
    assertEquals(median([4, 1, 2, 3]), 2.5);
    assertEquals(median([7]), 7);
  });

  it("have 99 of 100 values at or below p99", () => {
    const values = Array.from({ length: 101 }, (_, index) => index).reverse();
    assertEquals(percentile(values, 0.99), 99);
    assertEquals(percentile([1, 2, 30], 0.99), 30);
  });
});

describe("windowsOf()", () => {
  /** Reports of 100 steps each, every 200 ms. */
  function reports(count: number, epoch = 1, time = 0, step = 0): Arrival[] {
    return Array.from({ length: count }, (_, index) =>
      Array.from({ length: 100 }, (_, place) => ({
        // They are sent one by one, in a burst.
        time: time + 200 * (index + 1) + place / 128,
        epoch,
        step: step + 100 * index + place + 1,
      }))).flat();
  }

  it("takes the time from burst to burst over a quarter of a second or more", () => {
    const windows = windowsOf(reports(12), 0);
    assertEquals(windows.map((value) => +value.toFixed(6)), [2, 2, 2, 2, 2]);
  });

  it("leaves the warm-up out", () => {
    assertEquals(windowsOf(reports(12), 1100).length, 2);
    assertEquals(windowsOf(reports(12), 5000).length, 0);
  });

  it("reaches over no evaluation", () => {
    // A second epoch, five seconds later.
    const arrivals = [...reports(4), ...reports(8, 2, 5800, 400)];
    assertEquals(windowsOf(arrivals, 0).map((value) => +value.toFixed(6)), [2, 2, 2, 2]);
  });

  it("measures networks whose epochs take half a second", () => {
    const epochs = [1, 2, 3].flatMap((epoch) => reports(3, epoch, 600 * epoch, 300 * (epoch - 1)));
    assertEquals(windowsOf(epochs, 0).map((value) => +value.toFixed(6)), [2, 2]);
  });
});

describe("StepClock", () => {
  /** Reports a step every 100 ms, in epochs of 10 with an evaluation of 5 s after each, and returns the last. */
  function stepsUntilEnough(clock: StepClock): number {
    for (let step = 1; step <= 200; step++) {
      const epoch = Math.ceil(step / 10);
      clock.note({ time: 100 * step + 5000 * (epoch - 1), epoch, step });
      if (clock.isEnough) return step;
    }
    return Infinity;
  }

  it("measures for as long as was asked in steps, and counts no evaluation", () => {
    const clock = new StepClock({ warmUp: 0, seconds: 3 });
    // Between the ten steps of an epoch lie 900 ms: 2.7 s of three epochs, and 0.3 of the fourth.
    assertEquals(stepsUntilEnough(clock), 34);
    assertEquals(clock.windows, Array(9).fill(100));
  });

  it("begins after the warm-up, and with at least one window", () => {
    assertEquals(stepsUntilEnough(new StepClock({ warmUp: 5, seconds: 0 })), 15);
  });
});

describe("evaluationsIn()", () => {
  const spec = benchSpec("BASIC_CNN");
  const body = { runId: "run", at: "2026-01-01T00:00:00Z" };
  const batches = (firstStep: number, steps: number): RunEvent<"batches"> => ({
    ...body,
    type: "batches",
    seq: firstStep,
    epoch: 1,
    firstStep,
    losses: Array<number>(steps).fill(1),
    accs: Array<number>(steps).fill(1),
    // A second for 100 steps.
    samplesPerSecond: 100 * spec.batchSize,
  });
  const epoch = (seconds: number): RunEvent<"epoch"> => ({
    ...body,
    type: "epoch",
    seq: 1,
    number: 1,
    trainAcc: 1,
    trainLoss: 0,
    testAcc: 1,
    testLoss: 0,
    learningRate: 0.01,
    seconds,
  });

  it("takes the steps off the epoch's time", () => {
    const steps = stepsPerEpoch(spec);
    const log = [batches(1, 200), batches(201, steps - 200), epoch(steps / 100 + 0.5)];
    assertEquals(evaluationsIn(log, spec).map((value) => +value.toFixed(6)), [0.5]);
  });

  it("leaves out an epoch whose steps it does not know", () => {
    assertEquals(evaluationsIn([batches(1, 200), epoch(10)], spec), []);
  });
});

describe("figuresOf()", () => {
  const all = measured({
    "pytorch": [sample([8, 10]), sample([9, 12])],
    "pytorch-channels-last": [sample([7])],
    "epochql-tensorflow": [sample([3])],
    "epochql": [
      sample([2.5, 4], {
        evaluations: [0.25],
        apiRssMegabytes: 120,
        queryMilliseconds: [1, 2, 30],
      }),
      sample([2, 3], { evaluations: [0.5], rssMegabytes: 950, apiRssMegabytes: 130 }),
    ],
  }, [2.5, 1.9]);

  it("compares minima with minima and medians with medians", () => {
    const [first] = figuresOf(all);
    assertEquals(first?.value, 4);
    assertEquals(first?.median, 9.75 / 2.875);
    assertEquals(first?.isMet, false);
  });

  it("says of every figure whether it meets its target", () => {
    const met = figuresOf(all).map(({ name, isMet }) => [name.split(",")[0], isMet]);
    assertEquals(met, [
      ["Training BASIC_CNN", false],
      ["Training BASIC_CNN", true],
      ["Training BASIC_CNN", false],
      ["Training DROPOUT_CNN", false],
      ["Training WIDE_KERNEL_CNN", false],
      ["Training RESNET_SMALL", true],
      ["Training MOBILENET_SMALL", true],
      ["Training MLP", true],
      ...BENCH_NETWORKS.map(() => ["Evaluating 10", true]),
      ["Peak memory of training BASIC_CNN", false],
      ["'deno task train' to its first step", true],
      ["Peak memory of the API process", true],
      ["A small query while training runs", false],
    ]);
  });

  it("have what the log costs as a part of training time", () => {
    const rounds = [
      { bareSeconds: 10, keptSeconds: 10.2 },
      { bareSeconds: 11, keptSeconds: 11.11 },
      { bareSeconds: 12, keptSeconds: 13 },
    ];
    const [figure] = figuresOf(measured({}, [], rounds));
    assertEquals(figure?.value.toFixed(3), "2.000");
    assertEquals(figure?.median?.toFixed(3), "1.000");
    assertEquals(figure?.isMet, true);
    const dear = figuresOf(measured({}, [], [{ bareSeconds: 10, keptSeconds: 10.31 }]));
    assertEquals(dear[0]?.isMet, false);
  });

  it("have how the page does at its best, as time and as a part of a core", () => {
    const page = {
      ...{ panelSeconds: 1, loadSeconds: 1.5, longSeconds: 0.5, longestSeconds: 1.25 },
      ...{ mainThreadShare: 0.1, processShare: 0.125, updatesPerSecond: 60 },
    };
    const pages = [{ ...page, loadSeconds: 2.5, longestSeconds: 2 }, page];
    assertEquals(
      figuresOf(measured({}, [], [], pages)).map(({ value, unit, isMet }) => [value, unit, isMet]),
      [[1.5, "s", true], [0.5, "s", true], [1.25, "s", false], [12.5, "%", true]],
    );
  });

  it("compare the server with bare Yoga, and have what watchers cost in memory and training time", () => {
    const load = {
      delivery: { bare: 12, ours: 2 },
      query: { bare: 120, ours: 160 },
      live: { median: 20, p99: 25, microseconds: 3, deliveries: 50_000 },
      bareLive: { median: 8, p99: 10, microseconds: 2, deliveries: 50_000 },
      memory: { bytesADelivery: 80, keptMegabytes: -5 },
    };
    const late = { ...load, live: { ...load.live, p99: 40 } };
    const trainings = [0.5, 9, 1.5].map((slowdown) => ({
      ...{ unwatched: 400, watched: 396, besideLoop: 398, deliveries: 1000, slowdown },
      loopSlowdown: 1,
    }));
    const figures = figuresOf(measured({}, [], [], [], { loads: [load, late], trainings }));
    assertEquals(figures.map(({ value, unit, isMet }) => [value, unit, isMet]), [
      [6, "x", true],
      [0.75, "x", false],
      [40, "ms", false],
      [0.4, "x", false],
      [80, "bytes", true],
      [-5, "MB", true],
      [1.5, "%", true],
      [0.5, "%", true],
    ]);
  });

  it("compare an import with ImageFolder, and hold the most memory of all rounds to its bound", () => {
    const imports = [
      { seconds: 10, peerSeconds: 22, rssMegabytes: 310 },
      { seconds: 12, peerSeconds: 21, rssMegabytes: 401 },
    ];
    const figures = figuresOf(measured({}, [], [], [], { imports }));
    assertEquals(figures.map(({ value, unit, isMet }) => [value, unit, isMet]), [
      [2.1, "x", true],
      [401, "MB", false],
    ]);
  });

  it("compare predictions with WebAssembly, and batches over HTTP with single requests", () => {
    const [network, other] = ["BASIC_CNN", "RESNET_SMALL"] as const;
    const predictions = [{
      times: [
        { network, size: 1, native: 1, wasm: 4 },
        { network, size: 32, native: 1, wasm: 4 },
        { network: other, size: 32, native: 10, wasm: 60 },
      ],
      served: [{ network, batches: 1, single: 2, singleInWasm: 6 }],
    }] as const;
    const figures = figuresOf(measured({}, [], [], [], { predictions }));
    assertEquals(figures.map(({ value, isMet }) => [value, isMet]), [
      [4, true],
      [4, false],
      [6, true],
      [2, true],
      [6, true],
    ]);
  });

  it("leaves out what was not measured", () => {
    assertEquals(figuresOf(measured({})), []);
    const names = figuresOf(measured({ "epochql": [sample([2])] })).map((figure) => figure.name);
    assertEquals(names, ["Peak memory of training BASIC_CNN"]);
  });

  it("stands in a table with its target", () => {
    const table = figureTable(figuresOf(all));
    assertMatch(table, /Training BASIC_CNN, to PyTorch in memory +4\.00x +3\.39x +≥ 6x +MISS/);
    assertMatch(table, /Training BASIC_CNN, to channels_last +3\.50x +2\.43x +≥ 3\.4x +ok/);
    assertMatch(table, /Peak memory of training BASIC_CNN +950 MB +< 160 MB +MISS/);
  });
});

describe("the table of measurements", () => {
  it("has a row for everyone measured, beside PyTorch", () => {
    const table = measurementTable(
      CONTENDERS,
      measured({ "pytorch": [sample([8])], "epochql": [sample([2])] }),
    );
    assertMatch(table, /PyTorch, in memory +8\.00 +8\.00 +15\.0 +15\.0 +1\.00 +500 +1\.00x/);
    assertMatch(table, /epochql, whole stack +2\.00 +2\.00 +3\.8 +3\.8 +1\.00 +500 +4\.00x/);
    assert(!table.includes("Keras"));
  });

  it("has ours beside PyTorch for every network, recipes and presets", () => {
    for (const network of BENCH_NETWORKS) {
      const names = CONTENDERS.filter((contender) => contender.network === network)
        .map(({ name }) => name);
      assert(names.includes("epochql"), network);
      assert(names.some((name) => name.startsWith("pytorch")), network);
      assert(benchSpec(network).trainSamples > 0, network);
    }
  });
});
