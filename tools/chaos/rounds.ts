/**
 * The rounds of the chaos: in each, a run is started through the API and watched, processes are killed at random
 * points of it, and what is left of it in the end is checked.
 */
import { errorMessage } from "../../lib/error_message.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { Run } from "../../runs/store/store.ts";
import { isAlive, send, untilGone } from "../processes.ts";
import { ApiError, ask, askUntilAnswered, type StartedRun, startTraining } from "./api.ts";
import { checkCheckpoints } from "./checkpoints.ts";
import { type Cluster, type ClusterOptions, openCluster } from "./cluster.ts";
import {
  type Asked,
  checkRequests,
  checkRun,
  checkWatched,
  type Findings,
  must,
  type Numbers,
  together,
} from "./invariants.ts";
import { describePlan, type Moment, type Plan, planRound, type Strike } from "./plan.ts";
import type { Tally } from "./report.ts";
import { readLog, type Training, until, untilAtRest } from "./trainings.ts";
import type { StoreKind, Workspace } from "./workspace.ts";
import { TRANSPORTS, watch } from "./watcher.ts";

/** What rounds are made of. */
export interface RoundsOptions {
  readonly seed: number;
  /** Their numbers. */
  readonly rounds: readonly number[];
  /** For people, and to repeat a round: 'sqlite'. */
  readonly store: string;
  /** How to make the processes of a lane, whose rounds come one after the other, on a store of its own. */
  readonly lanes: readonly (() => Promise<ClusterOptions>)[];
  /** The numbers of a training that nothing befalls. */
  readonly numbersOf: (training: Training) => Promise<Numbers>;
  readonly tally: Tally;
  /** Ends the rounds early. */
  readonly signal: AbortSignal;
}

/** A round that takes longer is stuck. */
const ROUND_MS = 240_000;

/** A server that keeps a worker gives it up when it dies too often; before that, the server is started anew. */
const MOST_DEATHS = 3;

const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { state } } }";
const PAUSE = "mutation ($id: ID!) { pauseTraining(runId: $id) { run { state } } }";
const NAME = `mutation ($id: ID!, $file: String!, $name: String!) {
  nameCheckpoint(runId: $id, checkpoint: $file, name: $name) { run { state } }
}`;
const RESUME = "mutation ($id: ID!) { resumeTraining(runId: $id) { run { state } } }";

/** The processes of a lane: the worker is kept by the server, or there are two that are not, on two machines if they can be. */
export async function laneOf(
  workspace: Workspace,
  store: StoreKind,
  lane: number,
): Promise<ClusterOptions> {
  if (lane % 2 === 0) return { ...await workspace.place(store), servers: 1, kept: 1, apart: 0 };
  const machines = store === "sqlite" ? 0 : 2;
  return { ...await workspace.place(store, machines), servers: 1, kept: 0, apart: 2 };
}

/** Plays rounds, in as many lanes at a time as there are. */
export async function playRounds(options: RoundsOptions): Promise<void> {
  const rounds = [...options.rounds];
  await Promise.all(options.lanes.map(async (prepare) => {
    while (rounds.length > 0 && !options.signal.aborted) await playLane(prepare, rounds, options);
  }));
}

/** Plays rounds on one store, until there are no more or one has failed: the next ones get another store. */
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
      if (deaths < MOST_DEATHS) continue;
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

interface RoundOptions {
  /** Which no other round on this store has. */
  readonly name: string;
  /** Takes what was asked for. */
  readonly asked: Asked[];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

function createRound(cluster: Cluster, plan: Plan, { name, asked, tally, signal }: RoundOptions) {
  const { store } = cluster;
  const origin = () => cluster.origin();
  /** Trainers whose workers were killed: they must go, too. */
  const orphans: number[] = [];
  let deaths = 0;

  return {
    /** How often a worker of a server has died. */
    deaths: () => deaths,

    async play(numbersOf: (training: Training) => Promise<Numbers>): Promise<Findings> {
      await cluster.mend();
      const run = await start();
      const ended = new AbortController();
      const watching = AbortSignal.any([signal, ended.signal]);
      const watchers = TRANSPORTS.map((transport) =>
        watch(origin(), run.globalId, transport, watching)
      );
      try {
        let before: Landmarks = { claims: 0, starts: 0, checkpoints: 0 };
        for (const strike of plan.strikes) {
          before = await untilMoment(run.id, strike.moment, before);
          await pause(strike.after);
          await nameOldest(run, `before strike ${plan.strikes.indexOf(strike) + 1}`);
          if (await carryOut(strike, run)) tally.strike(strike.kind);
          else tally.miss();
          await cluster.mend();
        }
        const done = await untilAtRest(store, run.id, signal);
        await Promise.all(watchers.map((watcher) => watcher.done));
        for (const pid of orphans) await untilGone(pid);
        const events = await readLog(store, run.id);
        tally.attempts(events);
        const numbers = await numbersOf(plan.training);
        return together(
          checkRun(done, events, { numbers }),
          ...watchers.map(({ name, seen }) => checkWatched(name, seen, events)),
          await checkCheckpoints(cluster, done),
          must("alone", orphans.every((pid) => !isAlive(pid)), "a trainer outlives its worker"),
        );
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new Error(await describeStuck(run), { cause: error });
      } finally {
        ended.abort();
      }
    },
  };

  /** Starts the round's run. With other requests beside it, while the server is killed. */
  async function start(): Promise<StartedRun> {
    const first = request(name);
    const others = Array.from(
      { length: Math.max(0, plan.requests - 1) },
      (_, index) => request(`${name} beside ${index + 1}`),
    );
    if (plan.requests > 0) {
      await pause(plan.strikes[0]?.after ?? 0);
      await cluster.endServer("SIGKILL");
      tally.strike("server");
      await cluster.mend();
    }
    // They have shown what they are there to show.
    for (const other of await Promise.all(others)) {
      await askUntilAnswered(origin, CANCEL, { id: other.globalId }, signal);
    }
    return await first;
  }

  /** Asks for a run, once and then until there is an answer. */
  async function request(name: string): Promise<StartedRun> {
    const index = asked.push({ name }) - 1;
    const run = await startTraining(origin, name, { ...plan.training }, signal);
    asked[index] = { name, id: run.id };
    return run;
  }

  /** Waits for a moment, or the end of the run. */
  function untilMoment(id: string, moment: Moment, before: Landmarks): Promise<Landmarks> {
    return until(store, signal, async () => {
      const run = await store.get(id);
      if (!run) throw new Error(`The run ${id} is gone.`);
      const now = landmarksOf(await readLog(store, id));
      return isFinished(run.snapshot.state) || isReached(moment, run, now, before)
        ? now
        : undefined;
    });
  }

  /** @returns whether there was something to strike */
  async function carryOut({ kind }: Strike, { id, globalId }: StartedRun): Promise<boolean> {
    const run = await store.get(id);
    if (!run || isFinished(run.snapshot.state)) return false;
    switch (kind) {
      case "server":
        await cluster.endServer("SIGKILL");
        return true;
      case "worker":
        return await endWorkers(await chosenWorkers(run), "SIGKILL");
      case "stop":
        return await endWorkers(await chosenWorkers(run), "SIGTERM");
      case "trainer":
        return await killTrainer(run);
      case "all": {
        const workers = await cluster.workers();
        const trainers = workers.flatMap(cluster.trainersOf);
        await Promise.all([cluster.endServer("SIGKILL"), endWorkers(workers, "SIGKILL")]);
        for (const pid of trainers) send(pid, "SIGKILL");
        return true;
      }
      case "pause":
        return await pauseAndResume(id, globalId);
      default:
        return kind satisfies never;
    }
  }

  /** The worker that trains the run; before one does, all of them. */
  async function chosenWorkers(run: Run): Promise<readonly number[]> {
    const one = await cluster.workerOf(run);
    return one === undefined ? await cluster.workers() : [one];
  }

  async function endWorkers(
    workers: readonly number[],
    signal: "SIGKILL" | "SIGTERM",
  ): Promise<boolean> {
    for (const pid of workers) {
      deaths++;
      orphans.push(...cluster.trainersOf(pid));
      send(pid, signal);
      await untilGone(pid);
    }
    return workers.length > 0;
  }

  async function killTrainer(run: Run): Promise<boolean> {
    // The last that was started: one before it may look for devices.
    const trainers = (await chosenWorkers(run)).flatMap((pid) =>
      cluster.trainersOf(pid).at(-1) ?? []
    );
    for (const pid of trainers) send(pid, "SIGKILL");
    return trainers.length > 0;
  }

  async function pauseAndResume(id: string, globalId: string): Promise<boolean> {
    try {
      await askUntilAnswered(origin, PAUSE, { id: globalId }, signal);
      const { snapshot } = await until(store, signal, async () => {
        const run = await store.get(id);
        const { state } = run?.snapshot ?? {};
        return run && (state === "PAUSED" || state && isFinished(state)) ? run : undefined;
      });
      if (snapshot.state !== "PAUSED") return false;
      await ask(origin(), RESUME, { id: globalId });
      return true;
    } catch (error) {
      // It was over before.
      if (error instanceof ApiError && error.code === "CONFLICT") return false;
      throw error;
    }
  }

  /** Gives the oldest checkpoint a name, if there is one: it is the next to go, and is to stay whatever is struck. */
  async function nameOldest({ id, globalId }: StartedRun, name: string): Promise<void> {
    const oldest = (await store.get(id))?.snapshot.checkpoints[0];
    if (!oldest) return;
    try {
      const variables = { id: globalId, file: oldest.file, name };
      await askUntilAnswered(origin, NAME, variables, signal);
    } catch (error) {
      // It has gone in this moment.
      if (!(error instanceof ApiError && error.code === "NOT_FOUND")) throw error;
    }
  }

  async function describeStuck({ id }: StartedRun): Promise<string> {
    const run = await store.get(id);
    const events = await readLog(store, id);
    const last = events.slice(-8).map(({ seq, type, at }) => `${seq} ${type} ${at}`);
    return `The round must be over within ${ROUND_MS / 1000} s; the run is ` +
      `${run?.snapshot.state} at step ${run?.snapshot.step}. Its last events: ${last.join(", ")}`;
  }
}

/** What a log has of what moments are made of. */
interface Landmarks {
  readonly claims: number;
  readonly starts: number;
  readonly checkpoints: number;
}

function landmarksOf(events: readonly RunEvent[]): Landmarks {
  const count = (wanted: RunEvent["type"]) => events.filter(({ type }) => type === wanted).length;
  return {
    claims: count("claimed"),
    starts: count("started"),
    checkpoints: count("checkpoint"),
  };
}

function isReached(moment: Moment, { snapshot }: Run, now: Landmarks, before: Landmarks): boolean {
  switch (moment.at) {
    case "once":
      return true;
    case "claim":
      return now.claims > before.claims;
    case "start":
      return now.starts > before.starts;
    case "checkpoint":
      return now.checkpoints > before.checkpoints;
    case "step":
      return snapshot.step >= moment.step;
    default:
      return moment satisfies never;
  }
}

/** Lets a strike come a little later than its moment. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
