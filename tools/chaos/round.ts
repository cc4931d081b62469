/** One round of the chaos: a run is started and watched while its processes are struck, then checked. */
import { isFinished } from "../../runs/log/state.ts";
import { isAlive, untilGone } from "../processes.ts";
import { ApiError, askUntilAnswered, type StartedRun, startTraining } from "./api.ts";
import { checkCheckpoints } from "./checkpoints.ts";
import type { Cluster } from "./cluster.ts";
import { checkRun, type Findings, must, type Numbers, together } from "./invariants.ts";
import type { Asked } from "./acknowledged.ts";
import { checkWatched } from "./watched.ts";
import type { Moment, Plan } from "./plan.ts";
import type { Tally } from "./report.ts";
import { strikeRun, type StrikeTarget } from "./strikes.ts";
import { isReached, LANDMARKS, type Landmarks, landmarksOf } from "./moments.ts";
import { readLog, type Training, until, untilAtRest } from "./trainings.ts";
import { TRANSPORTS, watch } from "./watcher.ts";

/** Timeout of a round. */
export const ROUND_MS = 240_000;

const CANCEL = "mutation ($id: ID!) { cancelTraining(runId: $id) { run { state } } }";
const NAME = `mutation ($id: ID!, $file: String!, $name: String!) {
  nameCheckpoint(runId: $id, checkpoint: $file, name: $name) { run { state } }
}`;

interface RoundOptions {
  /** Unique name on this store. */
  readonly name: string;
  /** Receives the requests. */
  readonly asked: Asked[];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** A round in progress. */
interface Round extends RoundOptions {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly target: StrikeTarget;
}

/** Prepares a round on a cluster. */
export function createRound(cluster: Cluster, plan: Plan, options: RoundOptions) {
  const target: StrikeTarget = { cluster, signal: options.signal, orphans: [], deaths: 0 };
  const round: Round = { ...options, cluster, plan, target };
  return {
    /** Number of times that a worker has died. */
    deaths: () => target.deaths,
    /** Plays the round and checks the run. */
    play: (numbersOf: (training: Training) => Promise<Numbers>) => play(round, numbersOf),
  };
}

async function play(
  round: Round,
  numbersOf: (training: Training) => Promise<Numbers>,
): Promise<Findings> {
  const { cluster, plan, tally, signal, target } = round;
  const { store } = cluster;
  await cluster.mend();
  const run = await start(round);
  const ended = new AbortController();
  const watching = AbortSignal.any([signal, ended.signal]);
  const watchers = TRANSPORTS.map((transport) =>
    watch(cluster.origin(), run.globalId, transport, watching)
  );
  try {
    let before: Landmarks = { claims: 0, starts: 0, checkpoints: 0 };
    for (const strike of plan.strikes) {
      before = await untilMoment(round, run.id, strike.moment, before);
      await pause(strike.after);
      await nameOldest(round, run, `before strike ${plan.strikes.indexOf(strike) + 1}`);
      if (await strikeRun(target, strike, run)) tally.strike(strike.kind);
      else tally.miss();
      await cluster.mend();
    }
    const done = await untilAtRest(store, run.id, signal);
    await Promise.all(watchers.map((watcher) => watcher.done));
    signal.throwIfAborted(); // It ends watchers, too.
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
    throw new Error(await describeStuck(round, run), { cause: error });
  } finally {
    ended.abort();
  }
}

/** Starts the round's run, and other ones while the server is killed. */
async function start(round: Round): Promise<StartedRun> {
  const { cluster, plan, name, tally } = round;
  const requests = Array.from(
    { length: Math.max(1, plan.requests) },
    (_, index) => request(round, index === 0 ? name : `${name} beside ${index}`),
  );
  const starting = Promise.all(requests);
  starting.catch(() => {}); // The error is thrown below, after the server is back.
  if (plan.requests > 0) {
    await pause(plan.strikes[0]?.after ?? 0);
    await cluster.endServer("SIGKILL");
    tally.strike("server");
    await cluster.mend();
  }
  const [first, ...others] = await starting;
  if (!first) throw new Error("There must be a run to start.");
  for (const other of others) await cancelOther(round, other);
  return first;
}

/** Cancels a run that need not be trained. */
async function cancelOther(
  { cluster, signal }: Round,
  { globalId }: StartedRun,
): Promise<void> {
  try {
    await askUntilAnswered(cluster.origin, CANCEL, { id: globalId }, signal);
  } catch (error) {
    // A worker was faster: it has ended.
    if (!(error instanceof ApiError && error.code === "CONFLICT")) throw error;
  }
}

/** Starts a run, and repeats the request until it is answered. */
async function request(
  { cluster, plan, asked, signal }: Round,
  name: string,
): Promise<StartedRun> {
  const index = asked.push({ name }) - 1;
  const run = await startTraining(cluster.origin, name, { ...plan.training }, signal);
  asked[index] = { name, id: run.id };
  return run;
}

/** Waits for a moment, or the end of the run. */
function untilMoment(
  { cluster: { store }, signal }: Round,
  id: string,
  moment: Moment,
  before: Landmarks,
): Promise<Landmarks> {
  return until(store, signal, async () => {
    const run = await store.get(id);
    if (!run) throw new Error(`The run ${id} is gone.`);
    const now = landmarksOf(await readLog(store, id, LANDMARKS));
    return isFinished(run.snapshot.state) || isReached(moment, run, now, before) ? now : undefined;
  });
}

/** Names the oldest checkpoint, if there is one: it would be pruned next, and must be kept. */
async function nameOldest(
  { cluster, signal }: Round,
  { id, globalId }: StartedRun,
  name: string,
): Promise<void> {
  const oldest = (await cluster.store.get(id))?.snapshot.checkpoints[0];
  if (!oldest) return;
  try {
    const variables = { id: globalId, file: oldest.file, name };
    await askUntilAnswered(cluster.origin, NAME, variables, signal);
  } catch (error) {
    // It was pruned meanwhile.
    if (!(error instanceof ApiError && error.code === "NOT_FOUND")) throw error;
  }
}

async function describeStuck({ cluster: { store } }: Round, { id }: StartedRun): Promise<string> {
  const run = await store.get(id);
  const events = await readLog(store, id);
  const last = events.slice(-8).map(({ seq, type, at }) => `${seq} ${type} ${at}`);
  return `The round must be over within ${ROUND_MS / 1000} s; the run is ` +
    `${run?.snapshot.state} at step ${run?.snapshot.step}. Its last events: ${last.join(", ")}`;
}

/** Waits before a strike. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
