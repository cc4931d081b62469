/**
 * `deno task bench`: measures epochql beside its peers on this machine and prints tables. Contenders take turns in
 * each round, so that other load of the machine affects all of them.
 */
import { join } from "node:path";
import { downloadDataset } from "../data/storage/download.ts";
import { errorMessage } from "../lib/error_message.ts";
import { type Contender, CONTENDERS, type Places } from "./training/contenders.ts";
import { figuresOf, type Measurements } from "./report/figures.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { type PartResults, PARTS } from "./parts.ts";
import { canLook, canPin } from "./processes.ts";
import { PeersError, preparePython, type PythonName } from "./training/python.ts";
import type { Sample } from "./training/sample.ts";
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
  // The measured processes receive the signal too.
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
  const isWanted = ({ name }: { readonly name: string }) =>
    options.only.length === 0 || options.only.includes(name);
  const contenders = CONTENDERS.filter(isWanted);
  const samples = new Map<string, Sample[]>();
  const results: PartResults = {
    startUps: [],
    overheads: [],
    pages: [],
    loads: [],
    trainings: [],
    imports: [],
    predictions: [],
  };
  const parts = PARTS.filter(isWanted);
  const places = await preparePlaces([...contenders, ...parts], options, home);
  console.error(machine());
  if (!canPin) console.error("One core: figures of watchers and queries mean little here.");
  for (const { label, skipReason } of parts) {
    if (skipReason !== undefined) console.error(`Not measured: ${label}. ${skipReason}.`);
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of contenders) {
      await attempt(round, options, `${contender.label}, ${contender.network}`, async () => {
        const sample = await contender.measure(places, options);
        const key = sampleKey(contender.name, contender.network);
        samples.set(key, [...samples.get(key) ?? [], sample]);
        return brief(sample);
      });
    }
    for (const part of parts) {
      if (part.skipReason !== undefined) continue;
      await attempt(round, options, part.label, () => part.measure(results, places, round));
    }
  }
  await report(contenders, samples, results, options);
}

/** Prints the tables and writes the requested JSON file. */
async function report(
  contenders: readonly Contender[],
  samples: ReadonlyMap<string, readonly Sample[]>,
  results: PartResults,
  { json, rounds, warmUp, seconds }: BenchOptions,
): Promise<void> {
  const measurements: Measurements = {
    ...results,
    samples: (name, network) => samples.get(sampleKey(name, network)) ?? [],
  };
  const figures = figuresOf(measurements);
  const tables = [
    ...(samples.size > 0 ? [measurementTable(contenders, measurements)] : []),
    ...(figures.length > 0 ? [figureTable(figures)] : []),
  ];
  console.log(`\n${machine()}\n\n${tables.join("\n\n")}`);
  if (json === undefined) return;
  const effort = { rounds, warmUp, seconds };
  const all = { machine: machine(), ...effort, figures, ...results };
  const text = JSON.stringify({ ...all, samples: Object.fromEntries(samples) }, null, 2);
  await Deno.writeTextFile(json, `${text}\n`);
}

function sampleKey(contender: string, network: string): string {
  return `${contender} ${network}`;
}

/** Prepares the datasets, and Python where a contender needs it. */
async function preparePlaces(
  measured: readonly { readonly python?: PythonName }[],
  { python, newestPython }: BenchOptions,
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
  const prepare = async (name: PythonName, given: string | undefined) =>
    measured.some(({ python }) => python === name)
      ? given ?? await preparePython(name, log)
      : undefined;
  const pythons = {
    peers: await prepare("peers", python),
    newest: await prepare("newest", newestPython),
  };
  return { home, torchvision, pythons };
}

/** Measures and prints the result. A failure is printed, and the other parts are still measured. */
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

/** Describes the machine and its present load. */
function machine(): string {
  const model = /^model name\s*: (.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ??
    "processor of unknown name";
  const [load = 0] = Deno.loadavg();
  return `${model}, ${navigator.hardwareConcurrency} threads, load ${load.toFixed(1)}, ` +
    `Deno ${Deno.version.deno}`;
}
