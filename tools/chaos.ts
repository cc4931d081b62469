/**
 * `deno task chaos`: kills, freezes, starves and cuts off the project's own processes, and checks that no run has
 * noticed. Everything follows from the seed, so that what failed can be repeated; what happens in which millisecond
 * does not.
 */
import { parseArgs } from "node:util";
import { createTally } from "./chaos/report.ts";
import { laneOf, playRounds } from "./chaos/rounds.ts";
import {
  openWorkspace,
  type StoreKind,
  STORES,
  whyNoStore,
  whyNoTraining,
} from "./chaos/workspace.ts";

const HELP = `deno task chaos [--rounds N] [--seed N] [--store sqlite|postgres|both] [--lanes N]

  --rounds N   rounds on each store, each with a run of its own (200)
  --seed N     where all chance comes from (1)
  --store S    where runs are kept: sqlite, postgres or both (both)
  --lanes N    rounds at a time, each on a store of its own (2)
  --round N    only this round`;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    store: { type: "string", default: "both" },
    lanes: { type: "string", default: "2" },
    round: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  console.log(HELP);
  Deno.exit(0);
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}

const reason = await whyNoTraining();
if (reason !== undefined) {
  console.error(`Cannot make chaos: ${reason}.`);
  Deno.exit(1);
}
const tally = createTally((line) => console.log(line));
const workspace = await openWorkspace(tally, stop.signal);
try {
  for (const store of storesOf(flags.store)) {
    const skipped = whyNoStore(store);
    if (skipped !== undefined) {
      tally.note(`${store} is skipped: ${skipped}`);
      continue;
    }
    await play(store);
  }
} finally {
  await workspace.close();
}
console.log(`\n${tally.text()}`);
Deno.exit(tally.failures.length === 0 && !stop.signal.aborted ? 0 : 1);

async function play(store: StoreKind): Promise<void> {
  const only = flags.round === undefined ? undefined : [numberOf("round", flags.round)];
  const count = numberOf("rounds", flags.rounds);
  await playRounds({
    seed: numberOf("seed", flags.seed),
    rounds: only ?? Array.from({ length: count }, (_, index) => index + 1),
    store,
    lanes: Array.from(
      { length: numberOf("lanes", flags.lanes) },
      (_, lane) => () => laneOf(workspace, store, lane),
    ),
    numbersOf: workspace.numbersOf,
    tally,
    signal: stop.signal,
  });
}

function storesOf(name: string): readonly StoreKind[] {
  if (name === "both") return STORES;
  const store = STORES.find((store) => store === name);
  if (store) return [store];
  console.error(`Cannot make chaos: --store must be sqlite, postgres or both, got '${name}'.`);
  Deno.exit(2);
}

function numberOf(flag: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  console.error(`Cannot make chaos: --${flag} must be a whole number, got '${value}'.`);
  Deno.exit(2);
}
