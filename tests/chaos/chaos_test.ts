/**
 * A little of what `deno task chaos` does at length: the project's own processes are killed, frozen, starved and cut
 * off, and no run may notice. Several things go on at a time, as much of it is waiting for a lease to run out.
 */
import { assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { type ProofName, PROOFS, runProof, whyNoProof } from "../../tools/chaos/proofs/all.ts";
import { planRound, type StrikeKind, STRIKES } from "../../tools/chaos/plan.ts";
import type { Proof } from "../../tools/chaos/proofs/proof.ts";
import { createTally, type Tally } from "../../tools/chaos/report.ts";
import { laneOf, playRounds } from "../../tools/chaos/rounds.ts";
import { type Training, TRAININGS } from "../../tools/chaos/trainings.ts";
import {
  openWorkspace,
  type Place,
  type StoreKind,
  STORES,
  whyNoStore,
  whyNoTraining,
  type Workspace,
} from "../../tools/chaos/workspace.ts";

const SEED = Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1);
/** The number of rounds among which those are chosen that have the most. */
const CHOICE = 100;
const LANES = 2;

/** Proofs that kill and freeze alike on either store. They are played on the first here; on both at length. */
const ONCE: readonly ProofName[] = ["api-down", "frozen-worker"];

/** Number of jobs at a time. */
const WIDTH = 3;

const FAKE_WORKER = new URL("../support/worker_process.ts", import.meta.url).pathname;

/** Something to do, and what became of it. */
interface Job {
  readonly title: string;
  readonly whyNot: string | undefined;
  work(workspace: Workspace, tally: Tally, signal: AbortSignal): Promise<void>;
  readonly done: PromiseWithResolvers<Tally>;
}

const whyNothing = await whyNoTraining();
const jobs: readonly Job[] = [
  ...STORES.map(rounds),
  ...await Promise.all(
    STORES.flatMap((store) =>
      (Object.keys(PROOFS) as ProofName[])
        .filter((name) => storesOf(name).includes(store))
        .map((name) => proof(name, store))
    ),
  ),
];
for (const { title, whyNot } of jobs) {
  if (whyNot !== undefined) console.warn(`'${title}' is skipped: ${whyNot}.`);
}

/** A strike, pending requests or a training: the parts of a round that others can have, too. */
type Part = StrikeKind | "requests" | Training;

/**
 * Finds few rounds that have every strike and, on the first store, every training between them: what is trained does
 * not depend on the store.
 */
function roundsOn(store: StoreKind): readonly number[] {
  const strikes = Object.keys(STRIKES) as StrikeKind[];
  const missing = new Set<Part>(["requests", ...strikes]);
  if (store === STORES[0]) { for (const training of TRAININGS) missing.add(training); }
  const choice = Array.from({ length: CHOICE }, (_, index) => index + 1);
  const rounds: number[] = [];
  while (missing.size > 0) {
    const gains = choice.map((number) => missing.intersection(partsOf(number)).size);
    const most = Math.max(...gains);
    if (most === 0) throw new Error(`No round of the first ${CHOICE} has ${[...missing]}.`);
    const best = 1 + gains.indexOf(most);
    rounds.push(best);
    for (const part of partsOf(best)) missing.delete(part);
  }
  return rounds;
}

function partsOf(round: number): ReadonlySet<Part> {
  const { training, requests, strikes } = planRound(SEED, round);
  return new Set<Part>([
    training,
    ...strikes.map(({ kind }) => kind),
    ...(requests > 0 ? ["requests"] as const : []),
  ]);
}

function storesOf(name: ProofName): readonly StoreKind[] {
  const { stores } = PROOFS[name] as Proof;
  return ONCE.includes(name) ? stores.slice(0, 1) : stores;
}

function rounds(store: StoreKind): Job {
  const rounds = roundsOn(store);
  return {
    title: `no run notices ${rounds.length} rounds of kills on ${store}`,
    whyNot: whyNothing ?? whyNoStore(store),
    done: Promise.withResolvers(),
    async work(workspace, tally, signal) {
      await playRounds({
        ...{ seed: SEED, rounds, store, tally, signal, numbersOf: workspace.numbersOf },
        lanes: Array.from({ length: LANES }, (_, lane) => () => laneOf(workspace, store, lane)),
      });
      // The test shows failures with their reasons.
      if (tally.failures.length === 0) assertEquals(tally.rounds(), rounds.length);
    },
  };
}

async function proof(name: ProofName, store: StoreKind): Promise<Job> {
  return {
    title: `${PROOFS[name].title}, on ${store}`,
    whyNot: whyNothing ?? await whyNoProof(name, store),
    done: Promise.withResolvers(),
    work: (workspace, tally, signal) =>
      runProof(name, {
        ...{ workspace, store, seed: SEED, isShort: true, tally, signal },
        worker: fakeWorker,
      }),
  };
}

function fakeWorker({ home, databaseUrl }: Place, index: number): readonly string[] {
  const program = ["run", "-A", "--no-check", FAKE_WORKER];
  return [...program, databaseUrl ?? "", `worker ${index}`, "3000", `folder=${home}`];
}

describe("chaos", { ignore: whyNothing !== undefined }, () => {
  const stop = new AbortController();
  let workspace: Workspace;
  let working: Promise<unknown>;

  before(async () => {
    workspace = await openWorkspace(createTally(() => {}), stop.signal);
    const waiting = jobs.filter(({ whyNot }) => whyNot === undefined);
    working = Promise.all(Array.from({ length: WIDTH }, async () => {
      for (let job = waiting.shift(); job; job = waiting.shift()) await runJob(job);
    }));
  });
  after(async () => {
    stop.abort();
    await working;
    await workspace.close();
  });

  async function runJob({ work, done }: Job): Promise<void> {
    done.promise.catch(() => {}); // Its test sees it.
    const tally = createTally(() => {});
    await work(workspace, tally, stop.signal).then(() => done.resolve(tally), done.reject);
  }

  for (const { title, whyNot, done } of jobs) {
    it(title, { ignore: whyNot !== undefined }, async () => {
      const tally = await done.promise;
      const said = tally.failures.map(({ said }) => said).join("\n");
      assertEquals(tally.failures.length, 0, `${tally.text()}\n${said}`);
    });
  }
});
