/** The parts of the bench that are not contenders: each measures once a round and reports a line. */
import { join } from "node:path";
import { skipReason } from "../tools/chromium.ts";
import { type LoadSample, measureLoad, WATCHERS } from "./load/measure.ts";
import { measureTraining, type WatchedTraining } from "./load/training.ts";
import { type ImportSample, measureImport } from "./imports.ts";
import { IMPORT, LOAD, OVERHEAD, PAGE, PREDICT, START_UP, WATCHED } from "./options.ts";
import { measurePredictions, type PredictSample } from "./predict.ts";
import { measurePage, type PageSample } from "./page.ts";
import { measureStartUp } from "./start_up.ts";
import type { Places } from "./training/contenders.ts";
import { measureOverhead, type Overhead } from "./training/overhead.ts";

/** Measurements of the parts, one entry per round. */
export interface PartResults {
  readonly startUps: number[];
  readonly overheads: Overhead[];
  readonly pages: PageSample[];
  readonly loads: LoadSample[];
  readonly trainings: WatchedTraining[];
  readonly imports: ImportSample[];
  readonly predictions: PredictSample[];
}

/** One part of the bench. */
export interface Part {
  /** Name for --only. */
  readonly name: string;
  readonly label: string;
  /** Reason why it cannot be measured here. */
  readonly skipReason?: string | undefined;
  /** The Python that it compares with, if it does. */
  readonly python?: "peers";
  /**
   * Measures once, adds the result to `results` and describes it in one line.
   *
   * @param places the folder of runs, with the datasets, and Python
   * @param round from 1; parts that compare two things alternate which comes first
   */
  measure(results: PartResults, places: Places, round: number): Promise<string>;
}

/** All parts, in the order of a round. */
export const PARTS: readonly Part[] = [
  {
    name: START_UP,
    label: "deno task train",
    async measure({ startUps }, { home }) {
      const seconds = await measureStartUp(home);
      startUps.push(seconds);
      return `${seconds.toFixed(2)} s to the first step`;
    },
  },
  {
    name: OVERHEAD,
    label: "train() alone, and with log and checkpoints",
    async measure({ overheads }, { home }, round) {
      const overhead = await measureOverhead(home, round % 2 === 1);
      overheads.push(overhead);
      const { bareSeconds, keptSeconds } = overhead;
      return `${bareSeconds.toFixed(2)} s, ${keptSeconds.toFixed(2)} s`;
    },
  },
  {
    name: PAGE,
    label: "the page in a browser",
    skipReason,
    async measure({ pages }, { home }) {
      const sample = await measurePage(home);
      pages.push(sample);
      const { loadSeconds, longestSeconds, mainThreadShare } = sample;
      return `${loadSeconds.toFixed(2)} s to load, ` +
        `${longestSeconds.toFixed(2)} s to a million steps, ` +
        `${(100 * mainThreadShare).toFixed(0)} % of a core`;
    },
  },
  {
    name: LOAD,
    label: `${WATCHERS} watchers, and small queries`,
    async measure({ loads }, { home }) {
      const load = await measureLoad(await Deno.makeTempDir({ dir: home }));
      loads.push(load);
      const { delivery, query, live, bareLive } = load;
      return `${delivery.ours.toFixed(1)} µs a delivery (bare Yoga ${delivery.bare.toFixed(1)}), ` +
        `${query.ours.toFixed(0)} µs a query (${query.bare.toFixed(0)}), ` +
        `p99 ${live.p99.toFixed(0)} ms of ${live.deliveries} (Deno's streams ` +
        `${bareLive.p99.toFixed(0)})`;
    },
  },
  {
    name: WATCHED,
    label: `training while ${WATCHERS} watch`,
    async measure({ trainings }, { home }) {
      const own = await Deno.makeTempDir({ dir: home });
      const training = await measureTraining(join(home, "data"), own, WATCHERS);
      trainings.push(training);
      const { unwatched, watched, besideLoop, deliveries } = training;
      return `${unwatched.toFixed(0)} steps a second, then ${watched.toFixed(0)}, ` +
        `with ${deliveries} deliveries; ${besideLoop.toFixed(0)} beside a busy loop`;
    },
  },
  {
    name: IMPORT,
    label: "importing PNGs in a zip",
    python: "peers",
    async measure({ imports }, places) {
      const sample = await measureImport(places);
      imports.push(sample);
      const { seconds, peerSeconds, rssMegabytes } = sample;
      return `${seconds.toFixed(1)} s (ImageFolder reads them in ${peerSeconds.toFixed(1)} s), ` +
        `${rssMegabytes.toFixed(0)} MB at the most`;
    },
  },
  {
    name: PREDICT,
    label: "predictions, native and in WebAssembly",
    async measure({ predictions }, { home }) {
      const sample = await measurePredictions(await Deno.makeTempDir({ dir: home }));
      predictions.push(sample);
      const show = (milliseconds: number) => (1000 / milliseconds).toFixed(0);
      return [
        ...sample.times.map(({ network, size, native, wasm }) =>
          `${network} by ${size}: ${show(native)} images a second (WebAssembly ${show(wasm)})`
        ),
        ...sample.served.map(({ network, batches, single, singleInWasm }) =>
          `${network} over HTTP: ${show(batches)} in batches, ${show(single)} one by one (${
            show(singleInWasm)
          })`
        ),
      ].join(", ");
    },
  },
];
