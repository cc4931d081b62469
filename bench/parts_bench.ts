/**
 * Microbenchmarks of the parts of training and the API: `deno bench -A bench/parts_bench.ts`. They show which part
 * became slower.
 */
import { epochOrder } from "../data/random.ts";
import { RECIPES } from "../ml/spec/recipes.ts";
import { renderSummary, summarize } from "../ml/network/summary.ts";
import { curvesSvg } from "../pictures/curves_svg.ts";
import { decodeEvent, encodeEvent } from "../runs/log/codec.ts";
import { followEvents } from "../runs/reading/follow.ts";
import type { RunEventBody } from "../runs/log/event.ts";
import { openSqliteStore } from "../runs/store/sqlite/store.ts";
import { benchSpec } from "./training/spec.ts";

/** Steps of one append: 0.1 s of BASIC_CNN. */
const STEPS = 40;

/** Returns the event of such steps; `number` counts from 0. */
function group(number: number): RunEventBody {
  return {
    type: "batches",
    epoch: 1,
    firstStep: number * STEPS + 1,
    losses: Array.from({ length: STEPS }, (_, step) => Math.fround(1 / (step + 1))),
    accs: Array.from({ length: STEPS }, (_, step) => step / STEPS),
    samplesPerSecond: 12_000,
  };
}

/** Events of the log that is replayed. */
const REPLAYED = 2_000;

const folder = await Deno.makeTempDir({ prefix: "epochql-parts-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const store = await openSqliteStore(`${folder}/bench.db`);
const spec = benchSpec("BASIC_CNN");

/** A run that a worker has claimed, and its appends so far. */
async function startRun() {
  const { run } = await store.create({ name: "bench", spec });
  const claim = await store.claim({ worker: "bench", leaseMs: 3_600_000, runId: run.id });
  if (!claim) throw new Error("Cannot claim the run that was just made.");
  let number = 0;
  return {
    claim,
    append: (events: readonly RunEventBody[]) => store.append(claim, ++number, events),
  };
}

const growing = await startRun();
const replayed = await startRun();
await replayed.append(Array.from({ length: REPLAYED }, (_, number) => group(number)));
await replayed.append([{ type: "completed" }]);

let appended = 0;
Deno.bench("append a group of 40 steps to a log", async () => {
  await growing.append([group(appended++)]);
});

Deno.bench(`replay a log of ${REPLAYED} groups`, async () => {
  const signal = new AbortController().signal;
  for await (const _event of followEvents(store, replayed.claim.run.id, { signal }));
});

const GROUP = group(0);
Deno.bench("encode and decode a group", () => {
  decodeEvent(encodeEvent(GROUP));
});

Deno.bench("shuffle 60,000 samples", () => {
  epochOrder(1, 1, 60_000);
});

Deno.bench("sum a network up", () => {
  renderSummary(summarize(RECIPES.DROPOUT_CNN.network));
});

const epochs = Array.from({ length: 100 }, (_, index) => ({
  number: index + 1,
  trainAcc: 1 - 1 / (index + 2),
  trainLoss: 1 / (index + 1),
  testAcc: 1 - 1 / (index + 3),
  testLoss: 1 / (index + 2),
}));
Deno.bench("draw the curves of 100 epochs", () => {
  curvesSvg(epochs, { title: "bench" });
});
