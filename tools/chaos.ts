/**
 * `deno task chaos`: kills, freezes, starves and disconnects the project's own processes, and verifies that no run
 * is affected. Actions follow from a seed, so that failures can be repeated; their exact timing does not.
 */
import { parseArgs } from "node:util";
import { type ProofName, PROOFS, runProof, whyNoProof } from "./chaos/proofs/all.ts";
import { createTally } from "./chaos/report.ts";
import { laneOf, playRounds } from "./chaos/rounds.ts";
import {
  openWorkspace,
  type StoreKind,
  STORES,
  whyNoStore,
  whyNoTraining,
} from "./chaos/workspace.ts";

const NAMES = Object.keys(PROOFS) as ProofName[];

const HELP = `Kills processes at random points of runs, and proves what is left.

  deno task chaos [--rounds N] [--seed N] [--store sqlite|postgres|both]

  --rounds N     rounds on each store, each with a run of its own (200)
  --seed N       where all chance comes from (1)
  --store S      where runs are kept: sqlite, postgres or both (both)
  --lanes N      rounds at a time, each on a store of its own (4)
  --first N      the number of the first round (1)
  --round N      this round only, and no proofs
  --proof NAME   this proof only, and no rounds
  --no-proofs    rounds only
  --short        proofs as the test suite has them: nothing is away for longer than it must

Proofs: ${NAMES.map((name) => `${name}\n  ${PROOFS[name].title}`).join("\n")}`;

const { values: flags } = parseArgs({
  allowNegative: true,
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    store: { type: "string", default: "both" },
    lanes: { type: "string", default: "4" },
    first: { type: "string", default: "1" },
    round: { type: "string" },
    proof: { type: "string" },
    proofs: { type: "boolean", default: true },
    short: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (flags.help) {
  console.log(HELP);
  Deno.exit(0);
}

const seed = numberOf("seed", flags.seed);
const lanes = numberOf("lanes", flags.lanes);
const stores = flags.store === "both" ? STORES : [oneOf("store", flags.store, STORES)];
const rounds = roundNumbers();
const proofs = proofNames();

const reason = await whyNoTraining();
if (reason !== undefined) {
  console.error(`Cannot make chaos: ${reason}.`);
  Deno.exit(1);
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => stop.abort());
}
const tally = createTally((line) => console.log(line));
const workspace = await openWorkspace(tally, stop.signal);
try {
  for (const store of stores) {
    const skipped = whyNoStore(store);
    if (skipped === undefined) await play(store);
    else tally.note(`${store} is skipped: ${skipped}`);
  }
} finally {
  await workspace.close();
}
console.log(`\n${tally.text()}`);
if (stop.signal.aborted) console.log("It was stopped early.");
Deno.exit(tally.failures.length === 0 && !stop.signal.aborted ? 0 : 1);

async function play(store: StoreKind): Promise<void> {
  const { signal } = stop;
  await playRounds({
    seed,
    rounds,
    store,
    tally,
    signal,
    numbersOf: workspace.numbersOf,
    lanes: Array.from({ length: lanes }, (_, lane) => () => laneOf(workspace, store, lane)),
  });
  for (const name of proofs) {
    if (signal.aborted || !(PROOFS[name].stores as readonly StoreKind[]).includes(store)) continue;
    const skipped = await whyNoProof(name, store);
    if (skipped !== undefined) tally.note(`The proof ${name} is skipped: ${skipped}`);
    else await runProof(name, { workspace, store, seed, tally, signal, isShort: flags.short });
  }
}

function roundNumbers(): readonly number[] {
  if (flags.proof !== undefined) return [];
  if (flags.round !== undefined) return [numberOf("round", flags.round)];
  const first = numberOf("first", flags.first);
  return Array.from({ length: numberOf("rounds", flags.rounds) }, (_, index) => first + index);
}

function proofNames(): readonly ProofName[] {
  if (flags.proof !== undefined) return [oneOf("proof", flags.proof, NAMES)];
  return flags.proofs && flags.round === undefined ? NAMES : [];
}

function oneOf<Name extends string>(flag: string, name: string, names: readonly Name[]): Name {
  const found = names.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  console.error(`Cannot make chaos: --${flag} must be one of ${names.join(", ")}, got '${name}'.`);
  Deno.exit(2);
}

function numberOf(flag: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  console.error(`Cannot make chaos: --${flag} must be a whole number, got '${value}'.`);
  Deno.exit(2);
}
