/** The API crashes and stays down for a while: training continues, and watchers that reconnect miss nothing. */
import { openCluster } from "../cluster.ts";
import { must, together } from "../invariants.ts";
import { readLog } from "../trainings.ts";
import {
  BEGINNING,
  cancel,
  cancelled,
  checkWatchedRun,
  ENDLESS,
  type Proof,
  startWatched,
  untilSeen,
  untilStep,
} from "./proof.ts";

/** Times for which the API is down, in seconds. */
const AWAY_S = [0, 20, 60];
const SHORT_AWAY_S = [0, 2];

/** Minimum number of steps trained meanwhile. */
const STEPS = 100;

export const apiDown: Proof = {
  title: "training goes on while the API is down, and watchers who come back miss nothing",
  stores: ["sqlite", "postgres"],
  async prove({ workspace, store, isShort, signal, use, note }) {
    const place = await workspace.place(store);
    const cluster = use(await openCluster({ ...place, servers: 1, kept: 1, apart: 0 }));
    await cluster.mend();
    const run = await startWatched(cluster, "api down", ENDLESS, signal);
    await untilStep(cluster, run.id, STEPS, signal);
    const waits = [];
    for (const seconds of isShort ? SHORT_AWAY_S : AWAY_S) {
      await cluster.endServer("SIGKILL");
      const before = (await cluster.store.get(run.id))?.snapshot.step ?? 0;
      // The downtime is part of the proof; meanwhile, at least these steps are trained.
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      const { snapshot } = await untilStep(cluster, run.id, before + STEPS, signal);
      waits.push(`${seconds} s: ${snapshot.step - before} steps`);
      await cluster.mend();
      await untilSeen(run.watchers, snapshot.lastSeq);
    }
    const done = await cancel(cluster, run, signal);
    note(`API down on ${store}, ${waits.join("; ")} trained meanwhile`);
    const claims = (await readLog(cluster.store, run.id)).filter(({ type }) => type === "claimed");
    return together(
      await checkWatchedRun(
        cluster,
        done,
        run,
        cancelled(await workspace.numbersOf(BEGINNING)),
      ),
      must("recovery", claims.length === 1, "the worker must go on without the API"),
      must(
        "recovery",
        run.watchers.every((watcher) => watcher.connections() > waits.length),
        "watchers must have been cut off each time",
      ),
    );
  },
};
