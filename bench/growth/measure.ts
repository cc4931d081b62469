/**
 * Measures one engine along one axis in a process of its own, by calls of the engine alone. Prints the times of the
 * sizes as JSON.
 *
 *     measure.ts ENGINE AXIS DATA_FOLDER SIZES...
 */
import { describeDataset } from "../../data/catalog.ts";
import { openDataset } from "../../data/storage/open.ts";
import type { Session } from "../../ml/engines/engine.ts";
import { selectEngine } from "../../ml/engines/registry.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { type EngineName, ENGINES, type TrainingRequest } from "../../ml/spec/spec.ts";
import { planTraining, type TrainingSets } from "../../ml/training/plan.ts";
import { minimum } from "../report/statistics.ts";
import { namedNetwork } from "../training/spec.ts";
import { AXIS_NAMES, type AxisName, GROWING } from "./axes.ts";

/** Length of a measurement; the least time of its calls counts. */
const MEASURED_MS = 600;
/** Steps of a call take about so long. */
const CALL_MS = 30;

/** A training and the threads that it runs on. */
interface Growing {
  readonly request: TrainingRequest;
  readonly threads?: number;
}

/** Returns what is measured at a size. */
function growingTo(axis: AxisName, size: number): Growing {
  const recipe = namedNetwork(GROWING);
  switch (axis) {
    case "batch":
      return { request: { ...recipe, batchSize: size } };
    case "channels":
      return { request: { network: { layers: channelLayers(size) }, batchSize: 32 } };
    case "samples":
      return { request: { ...recipe, testSamples: size } };
    case "threads":
      return { request: recipe, threads: size };
  }
}

/** Layers whose work is that of a convolution from so many channels to as many. */
function channelLayers(channels: number) {
  const convolution = { conv2d: { outChannels: channels, kernelSize: 3, padding: 1 } };
  return [
    ...[convolution, { relu: {} }, { maxPool2d: { kernelSize: 2 } }],
    ...[convolution, { relu: {} }, { maxPool2d: { kernelSize: 2 } }],
    ...[{ flatten: {} }, { linear: { outFeatures: 10 } }],
  ];
}

async function measureSize(
  engineName: EngineName,
  axis: AxisName,
  size: number,
  sets: TrainingSets,
): Promise<number> {
  const { request, threads } = growingTo(axis, size);
  const engine = await selectEngine("CPU", { engine: engineName, threads });
  const spec = resolveSpec({ ...request, seed: 1 }, describeDataset("mnist"));
  const session = await engine.prepare(planTraining(spec, sets).plan);
  try {
    if (axis === "samples") return 1000 * await leastTime(() => session.evaluate()) / size;
    const step = await leastStep(session, spec.batchSize, spec.trainSamples);
    return axis === "batch" ? 1000 * step / size : step;
  } finally {
    session.dispose();
  }
}

/** Returns the milliseconds of a step: the least of several calls of steps. */
async function leastStep(session: Session, batch: number, samples: number): Promise<number> {
  let first = 1;
  const train = async (steps: number) => {
    const order = Int32Array.from({ length: steps * batch }, (_, at) => at % samples);
    await session.trainSteps(order, first);
    first += steps;
  };
  // The first call compiles.
  await train(1);
  const one = await timeOf(() => train(1));
  const steps = Math.max(1, Math.min(session.stepsPerCall, Math.floor(CALL_MS / one)));
  return await leastTime(() => train(steps)) / steps;
}

/** Returns the milliseconds of the fastest of many calls, the first of which does not count. */
async function leastTime(call: () => Promise<unknown>): Promise<number> {
  await call();
  const times: number[] = [];
  const end = performance.now() + MEASURED_MS;
  while (performance.now() < end) times.push(await timeOf(call));
  return minimum(times);
}

async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

if (import.meta.main) {
  const [engineText = "", axisText = "", folder = "", ...sizes] = Deno.args;
  const engine = ENGINES.find((name) => name === engineText);
  const axis = AXIS_NAMES.find((name) => name === axisText);
  if (!engine || !axis) throw new RangeError(`Cannot measure '${Deno.args.join(" ")}'.`);
  const [train, test] = await Promise.all([
    openDataset("mnist", "train", folder),
    openDataset("mnist", "test", folder),
  ]);
  const times: number[] = [];
  for (const size of sizes) {
    times.push(await measureSize(engine, axis, Number(size), { train, test }));
  }
  console.log(JSON.stringify({ times }));
  Deno.exit(0);
}
