/**
 * The rounds of the chaos: in each, a run is started through the API and watched, processes are killed at random
 * moments, and the result is checked.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { type ClusterOptions, openCluster } from "./cluster.ts";
import type { Numbers } from "./invariants.ts";
import { type Asked, checkRequests } from "./acknowledged.ts";
import { describePlan, type Plan, planRound } from "./plan.ts";
import type { Tally } from "./report.ts";
import { createRound, ROUND_MS } from "./round.ts";
import type { Training } from "./trainings.ts";
import type { StoreKind, Workspace } from "./workspace.ts";

/** Inputs of the rounds. */
export interface RoundsOptions {
  readonly seed: number;
  /** Their numbers. */
  readonly rounds: readonly number[];
  /** Name of the store, for display and to repeat a round: 'sqlite'. */
  readonly store: string;
  /**
   * Functions that prepare the processes of a lane. The rounds of a lane follow one another, on a
   * store of its own.
   */
  readonly lanes: readonly (() => Promise<ClusterOptions>)[];
  /** Returns the numbers of an undisturbed training. */
  readonly numbersOf: (training: Training) => Promise<Numbers>;
  readonly tally: Tally;
  /** Ends the rounds early. */
  readonly signal: AbortSignal;
}

/** Number of deaths of a supervised worker before its server is restarted: a supervisor gives up after more. */
const MAX_DEATHS = 3;

/**
 * The processes of a lane: the worker is kept by the server, or there are two that are not, on two machines if they can
 * be.
 */
export async function laneOf(
  workspace: Workspace,
  store: StoreKind,
  lane: number,
): Promise<ClusterOptions> {
  if (lane % 2 === 0) return { ...await workspace.place(store), servers: 1, kept: 1, apart: 0 };
  const machines = store === "sqlite" ? 0 : 2;
  return { ...await workspace.place(store, machines), servers: 1, kept: 0, apart: 2 };
}

/** Plays rounds in all lanes at the same time. */
export async function playRounds(options: RoundsOptions): Promise<void> {
  const rounds = [...options.rounds];
  await Promise.all(options.lanes.map(async (prepare) => {
    while (rounds.length > 0 && !options.signal.aborted) await playLane(prepare, rounds, options);
  }));
}

/**
 * Plays rounds on one store until none are left or one has failed; later ones use another store.
 */
async function playLane(
  prepare: () => Promise<ClusterOptions>,
  rounds: number[],
  { seed, store, numbersOf, tally, signal }: RoundsOptions,
): Promise<void> {
  const cluster = await openCluster(await prepare());
  const asked: Asked[] = [];
  let played: Plan | undefined;
  const fail = async (error: unknown) =>
    tally.fail({
      store,
      seed,
      what: errorMessage(error),
      said: await cluster.said(),
      ...(played ? { round: played.round, plan: describePlan(played) } : {}),
    });
  try {
    let deaths = 0;
    for (let failed = false; !failed && !signal.aborted;) {
      const number = rounds.shift();
      if (number === undefined) break;
      const plan = played = planRound(seed, number);
      const round = createRound(cluster, plan, {
        name: `${store} ${seed}.${number}`,
        asked,
        tally,
        signal: AbortSignal.any([signal, AbortSignal.timeout(ROUND_MS)]),
      });
      const findings = await round.play(numbersOf);
      tally.add(findings);
      tally.round(store, plan);
      failed = findings.violations.length > 0;
      for (const { invariant, what } of findings.violations) await fail(`${invariant}: ${what}`);
      deaths += round.deaths();
      if (deaths < MAX_DEATHS) continue;
      await cluster.endServer("SIGTERM");
      deaths = 0;
    }
    const page = await cluster.store.list({ first: 10_000 });
    const findings = checkRequests(asked, page.runs);
    tally.add(findings);
    for (const { invariant, what } of findings.violations) await fail(`${invariant}: ${what}`);
  } catch (error) {
    if (!signal.aborted) await fail(error);
  } finally {
    await cluster.close();
  }
}
