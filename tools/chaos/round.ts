/** One round of the chaos: a run is started and watched while its processes are struck, then checked. */
import { isFinished } from "../../runs/log/state.ts";
import { isAlive, untilGone } from "../processes.ts";
import { ApiError, askUntilAnswered, type StartedRun, startTraining } from "./api.ts";
import { checkCheckpoints } from "./checkpoints.ts";
import type { Cluster } from "./cluster.ts";
import {
  type Asked,
  checkRun,
  checkWatched,
  type Findings,
  must,
  type Numbers,
  together,
} from "./invariants.ts";
import type { Moment, Plan } from "./plan.ts";
import type { Tally } from "./report.ts";
import { carryOut, type StrikeTarget } from "./strikes.ts";
import { isReached, type Landmarks, landmarksOf } from "./moments.ts";
import { readLog, type Training, until, untilAtRest } from "./trainings.ts";
import { TRANSPORTS, watch } from "./watcher.ts";

/** A round that takes longer is stuck. */
export const ROUND_MS = 240_000;

const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { state } } }";
const NAME = `mutation ($id: ID!, $file: String!, $name: String!) {
  nameCheckpoint(runId: $id, checkpoint: $file, name: $name) { run { state } }
}`;

interface RoundOptions {
  /** Unique name on this store. */
  readonly name: string;
  /** Takes what was asked for. */
  readonly asked: Asked[];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

export function createRound(
  cluster: Cluster,
  plan: Plan,
  { name, asked, tally, signal }: RoundOptions,
) {
  const { store } = cluster;
  const origin = () => cluster.origin();
  const target: StrikeTarget = { cluster, signal, orphans: [], deaths: 0 };

  return {
    /** Number of times that a worker has died. */
    deaths: () => target.deaths,

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
          if (await carryOut(target, strike, run)) tally.strike(strike.kind);
          else tally.miss();
          await cluster.mend();
        }
        const done = await untilAtRest(store, run.id, signal);
        await Promise.all(watchers.map((watcher) => watcher.done));
        for (const pid of target.orphans) await untilGone(pid);
        const events = await readLog(store, run.id);
        tally.attempts(events);
        const numbers = await numbersOf(plan.training);
        return together(
          checkRun(done, events, { numbers }),
          ...watchers.map(({ name, seen }) => checkWatched(name, seen, events)),
          await checkCheckpoints(cluster, done),
          must(
            "alone",
            target.orphans.every((pid) => !isAlive(pid)),
            "a trainer outlives its worker",
          ),
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

/** Lets a strike come a little later than its moment. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
