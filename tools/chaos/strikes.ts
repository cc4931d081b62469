/** Strikes: processes are killed or stopped, or a run is paused and resumed, at a moment of a round. */
import type { Run } from "../../runs/log/run.ts";
import { isFinished } from "../../runs/log/state.ts";
import { send, untilGone } from "../processes.ts";
import { ApiError, ask, askUntilAnswered, type StartedRun } from "./api.ts";
import type { Cluster } from "./cluster.ts";
import type { Strike } from "./plan.ts";
import { until } from "./trainings.ts";

const PAUSE = "mutation ($id: ID!) { pauseTraining(runId: $id) { run { state } } }";
const RESUME = "mutation ($id: ID!) { resumeTraining(runId: $id) { run { state } } }";

/** The processes to strike, and a record of the strikes. */
export interface StrikeTarget {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  /** Trainers whose workers were killed: they must end, too. */
  readonly orphans: number[];
  /** Number of killed or stopped workers. */
  deaths: number;
}

/**
 * Carries out a strike.
 *
 * @returns true if there was a process or run to strike
 */
export async function strikeRun(
  target: StrikeTarget,
  { kind }: Strike,
  { id, globalId }: StartedRun,
): Promise<boolean> {
  const { cluster } = target;
  const run = await cluster.store.get(id);
  if (!run || isFinished(run.snapshot.state)) return false;
  switch (kind) {
    case "server":
      await cluster.endServer("SIGKILL");
      return true;
    case "worker":
      return await endWorkers(target, await chosenWorkers(target, run), "SIGKILL");
    case "stop":
      return await endWorkers(target, await chosenWorkers(target, run), "SIGTERM");
    case "trainer":
      return await killTrainer(target, run);
    case "all": {
      const workers = await cluster.workers();
      const trainers = workers.flatMap(cluster.trainersOf);
      await Promise.all([cluster.endServer("SIGKILL"), endWorkers(target, workers, "SIGKILL")]);
      for (const pid of trainers) send(pid, "SIGKILL");
      return true;
    }
    case "pause":
      return await pauseAndResume(target, id, globalId);
    default:
      return kind satisfies never;
  }
}

/** Finds the worker that trains the run; all workers if none does. */
async function chosenWorkers({ cluster }: StrikeTarget, run: Run): Promise<readonly number[]> {
  const one = await cluster.workerOf(run);
  return one === undefined ? await cluster.workers() : [one];
}

async function endWorkers(
  target: StrikeTarget,
  workers: readonly number[],
  signal: "SIGKILL" | "SIGTERM",
): Promise<boolean> {
  for (const pid of workers) {
    target.deaths++;
    target.orphans.push(...target.cluster.trainersOf(pid));
    send(pid, signal);
    await untilGone(pid);
  }
  return workers.length > 0;
}

async function killTrainer(target: StrikeTarget, run: Run): Promise<boolean> {
  // The newest: an older one may be listing devices.
  const trainers = (await chosenWorkers(target, run)).flatMap((pid) =>
    target.cluster.trainersOf(pid).at(-1) ?? []
  );
  for (const pid of trainers) send(pid, "SIGKILL");
  return trainers.length > 0;
}

async function pauseAndResume(
  { cluster, signal }: StrikeTarget,
  id: string,
  globalId: string,
): Promise<boolean> {
  try {
    await askUntilAnswered(cluster.origin, PAUSE, { id: globalId }, signal);
    const { snapshot } = await until(cluster.store, signal, async () => {
      const run = await cluster.store.get(id);
      const { state } = run?.snapshot ?? {};
      return run && (state === "PAUSED" || state && isFinished(state)) ? run : undefined;
    });
    if (snapshot.state !== "PAUSED") return false;
    await ask(cluster.origin(), RESUME, { id: globalId });
    return true;
  } catch (error) {
    // The run has ended meanwhile.
    if (error instanceof ApiError && error.code === "CONFLICT") return false;
    throw error;
  }
}
