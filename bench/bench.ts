/**
 * `deno task bench`: measures ours beside its peers on this machine, and says what it comes to. Contenders take turns, round
 * by round, so that a busy minute of the machine is shared by all of them.
 */
import { join } from "node:path";
import { downloadDataset } from "../data/storage/download.ts";
import { errorMessage } from "../lib/error_message.ts";
import { skipReason } from "../tools/chromium.ts";
import { type Contender, CONTENDERS, type Places } from "./training/contenders.ts";
import { figuresOf, type Measurements } from "./report/figures.ts";
import { type LoadSample, measureLoad, WATCHERS } from "./load/measure.ts";
import { measureTraining, type WatchedTraining } from "./load/training.ts";
import {
  type BenchOptions,
  LOAD,
  OVERHEAD,
  PAGE,
  readOptions,
  START_UP,
  WATCHED,
} from "./options.ts";
import { measureOverhead, type Overhead } from "./training/overhead.ts";
import { measurePage, type PageSample } from "./page.ts";
import { canLook, canPin } from "./processes.ts";
import { PeersError, preparePython } from "./training/python.ts";
import type { Sample } from "./training/sample.ts";
import { measureStartUp } from "./start_up.ts";
import { median, minimum } from "./report/statistics.ts";
import { figureTable, measurementTable } from "./report/table.ts";

const MNIST_FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

if (import.meta.main) {
  const options = readOptions(Deno.args);
  if (!canLook) {
    console.error("Cannot measure here: the bench reads /proc, which only Linux has.");
    Deno.exit(1);
  }
  const home = await Deno.makeTempDir({ prefix: "epochql-bench-" });
  // What is being measured hears it too, and ends by itself.
  Deno.addSignalListener("SIGINT", () => {
    Deno.removeSync(home, { recursive: true });
    Deno.exit(130);
  });
  try {
    await bench(options, home);
  } catch (error) {
    if (!(error instanceof PeersError)) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function bench(options: BenchOptions, home: string): Promise<void> {
  const isWanted = (name: string) => options.only.length === 0 || options.only.includes(name);
  const contenders = CONTENDERS.filter(({ name }) => isWanted(name));
  const places = await preparePlaces(contenders, options, home);
  const samples = new Map<string, Sample[]>();
  const startUps: number[] = [];
  const overheads: Overhead[] = [];
  const pages: PageSample[] = [];
  const loads: LoadSample[] = [];
  const trainings: WatchedTraining[] = [];
  console.error(machine());
  if (!canPin) {
    console.error("One core for all: what is said of watchers and queries holds little.");
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of contenders) {
      const key = `${contender.name} ${contender.recipe}`;
      await attempt(round, options, `${contender.label}, ${contender.recipe}`, async () => {
        const sample = await contender.measure(places, options);
        samples.set(key, [...samples.get(key) ?? [], sample]);
        return brief(sample);
      });
    }
    if (isWanted(START_UP)) {
      await attempt(round, options, "deno task train", async () => {
        const seconds = await measureStartUp(home);
        startUps.push(seconds);
        return `${seconds.toFixed(2)} s to the first step`;
      });
    }
    if (isWanted(OVERHEAD)) {
      await attempt(round, options, "train() alone, and with log and checkpoints", async () => {
        const overhead = await measureOverhead(home, round % 2 === 1);
        overheads.push(overhead);
        const { bareSeconds, keptSeconds } = overhead;
        return `${bareSeconds.toFixed(2)} s, ${keptSeconds.toFixed(2)} s`;
      });
    }
    if (isWanted(PAGE) && skipReason !== undefined) {
      console.error(`The page is not measured: ${skipReason}.`);
    } else if (isWanted(PAGE)) {
      await attempt(round, options, "the page in a browser", async () => {
        const sample = await measurePage(home);
        pages.push(sample);
        const { loadSeconds, longestSeconds, mainThreadShare } = sample;
        return `${loadSeconds.toFixed(2)} s to load, ${
          longestSeconds.toFixed(2)
        } s to a million steps, ` +
          `${(100 * mainThreadShare).toFixed(0)} % of a core`;
      });
    }
    if (isWanted(LOAD)) {
      await attempt(round, options, `${WATCHERS} watchers, and small queries`, async () => {
        const load = await measureLoad(await Deno.makeTempDir({ dir: home }));
        loads.push(load);
        return briefLoad(load);
      });
    }
    if (isWanted(WATCHED)) {
      await attempt(round, options, `training while ${WATCHERS} watch`, async () => {
        const own = await Deno.makeTempDir({ dir: home });
        const training = await measureTraining(join(home, "data"), own, WATCHERS);
        trainings.push(training);
        const { unwatched, watched, besideLoop, deliveries } = training;
        return `${unwatched.toFixed(0)} steps a second, then ${watched.toFixed(0)}, ` +
          `with ${deliveries} deliveries; ${besideLoop.toFixed(0)} beside a busy loop`;
      });
    }
  }
  const measurements: Measurements = {
    samples: (name, recipe) => samples.get(`${name} ${recipe}`) ?? [],
    startUps,
    overheads,
    pages,
    loads,
    trainings,
  };
  const figures = figuresOf(measurements);
  const tables = [
    ...(samples.size > 0 ? [measurementTable(contenders, measurements)] : []),
    ...(figures.length > 0 ? [figureTable(figures)] : []),
  ];
  console.log(`\n${machine()}\n\n${tables.join("\n\n")}`);
  if (options.json !== undefined) {
    const { rounds, warmUp, seconds } = options;
    const all = {
      machine: machine(),
      rounds,
      warmUp,
      seconds,
      figures,
      startUps,
      overheads,
      pages,
      loads,
      trainings,
    };
    const text = JSON.stringify({ ...all, samples: Object.fromEntries(samples) }, null, 2);
    await Deno.writeTextFile(options.json, `${text}\n`);
  }
}

/** Data for all, and Python for those who need it. */
async function preparePlaces(
  contenders: readonly Contender[],
  { python }: BenchOptions,
  home: string,
): Promise<Places> {
  const log = (line: string) => console.error(line);
  await downloadDataset("mnist", join(home, "data"), () => {});
  const torchvision = join(home, "torchvision");
  const raw = join(torchvision, "MNIST", "raw");
  await Deno.mkdir(raw, { recursive: true });
  for (const name of MNIST_FILES) {
    await Deno.symlink(join(home, "data", "mnist", name), join(raw, name));
  }
  const needsPython = contenders.some((contender) => contender.needsPython);
  return {
    home,
    torchvision,
    python: needsPython ? python ?? await preparePython(log) : undefined,
  };
}

/** Measures and says what came out. What fails is left out, and the rest is measured. */
async function attempt(
  round: number,
  { rounds }: BenchOptions,
  what: string,
  measure: () => Promise<string>,
): Promise<void> {
  const place = `round ${round}/${rounds}  ${what.padEnd(52)}`;
  try {
    console.error(`${place} ${await measure()}`);
  } catch (error) {
    console.error(`${place} ${errorMessage(error)}`);
    Deno.exitCode = 1;
  }
}

function brief({ windows, evaluations }: Sample): string {
  return `${minimum(windows).toFixed(2)} / ${median(windows).toFixed(2)} ms a step, ` +
    `test ${minimum(evaluations).toFixed(2)} s`;
}

function briefLoad({ delivery, query, live }: LoadSample): string {
  return `${delivery.ours.toFixed(1)} µs a delivery (bare Yoga ${delivery.bare.toFixed(1)}), ` +
    `${query.ours.toFixed(0)} µs a query (${query.bare.toFixed(0)}), ` +
    `p99 ${live.p99.toFixed(0)} ms of ${live.deliveries}`;
}

/** The machine, and whether it has other things to do. */
function machine(): string {
  const model = /^model name\s*: (.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ??
    "processor of unknown name";
  const [load = 0] = Deno.loadavg();
  return `${model}, ${navigator.hardwareConcurrency} threads, load ${load.toFixed(1)}, ` +
    `Deno ${Deno.version.deno}`;
}
