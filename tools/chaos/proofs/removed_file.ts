/**
 * SQLite's files are moved away while a run trains: the API reports it, the training waits, and goes on once they are
 * back.
 */
import { join } from "node:path";
import { ask, askUntilAnswered, codeOfRefusal } from "../api.ts";
import { openCluster } from "../cluster.ts";
import { type Findings, must, together } from "../invariants.ts";
import { readLog } from "../trainings.ts";
import {
  BEGINNING,
  cancel,
  cancelled,
  checkWatchedRun,
  ENDLESS,
  type Proof,
  RUNS,
  START,
  startWatched,
  untilSeen,
  untilStep,
} from "./proof.ts";

/** Time for which the files are away, in seconds. */
const AWAY_S = 20;
const SHORT_AWAY_S = 1;

/** Files of the database: itself, the write-ahead log and its index. */
const FILES = ["epochql.db", "epochql.db-wal", "epochql.db-shm"];

export const removedFile: Proof = {
  title:
    "while the database's file is away nothing is acknowledged; training goes on when it is back",
  stores: ["sqlite"],
  async prove({ workspace, store, isShort, signal, use, note }) {
    const place = await workspace.place(store);
    const cluster = use(await openCluster({ ...place, servers: 1, kept: 1, apart: 0 }));
    await cluster.mend();
    const run = await startWatched(cluster, "removed file", ENDLESS, signal);
    const before = await untilStep(cluster, run.id, 100, signal);
    const known = await ask<{ runs: { totalCount: number } }>(cluster.origin(), RUNS);

    const aside = join(place.home, "aside");
    await Deno.mkdir(aside);
    const found: Findings[] = [];
    await move(place.home, aside);
    for (const query of [RUNS, START]) {
      const code = await codeOfRefusal(cluster.origin(), query);
      found.push(must("recovery", code === "UNAVAILABLE", `the API must say so, got ${code}`));
    }
    // The duration is part of the proof.
    await new Promise((resolve) => setTimeout(resolve, 1000 * (isShort ? SHORT_AWAY_S : AWAY_S)));
    const made = await filesIn(place.home);
    await move(aside, place.home);

    const after = await askUntilAnswered<typeof known>(() => cluster.origin(), RUNS, {}, signal);
    const { snapshot } = await untilStep(cluster, run.id, before.snapshot.step + 200, signal);
    await untilSeen(run.watchers, snapshot.lastSeq);
    const done = await cancel(cluster, run, signal);
    const claims = (await readLog(cluster.store, run.id)).filter(({ type }) => type === "claimed");
    note("The database's file was away: nothing was acknowledged, and the training went on");
    return together(
      ...found,
      await checkWatchedRun(cluster, done, run, cancelled(await workspace.numbersOf(BEGINNING))),
      must("recovery", made.length === 0, `no other database may be made, got ${made}`),
      must(
        "recovery",
        after.runs.totalCount === known.runs.totalCount,
        `the runs must be those before, got ${after.runs.totalCount}`,
      ),
      must("recovery", claims.length === 1, "the worker must go on with what it trains"),
    );
  },
};

/** Moves the database's files that are in a folder. */
async function move(from: string, to: string): Promise<void> {
  for (const name of await filesIn(from)) await Deno.rename(join(from, name), join(to, name));
}

/** Lists the database's files in a folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return FILES.filter((name) => names.includes(name));
}
