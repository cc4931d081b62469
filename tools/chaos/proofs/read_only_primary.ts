/**
 * PostgreSQL fails over to sessions that only read, as when a name still leads to the old primary. They stay so after
 * new sessions can write, and must be given away.
 */
import { basename } from "node:path";
import { askUntilAnswered, codeOfRefusal } from "../api.ts";
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
  START,
  startWatched,
  untilSeen,
  untilStep,
} from "./proof.ts";

/** Time for which sessions only read, in seconds. */
const READ_ONLY_S = 20;
const SHORT_READ_ONLY_S = 3;

export const readOnlyPrimary: Proof = {
  title: "sessions of PostgreSQL that only read after a failover are given away; training goes on",
  stores: ["postgres"],
  async prove({ workspace, store, isShort, signal, use, note }) {
    const place = await workspace.place(store);
    const postgres = await workspace.postgres();
    const database = basename(place.databaseUrl ?? "");
    const cluster = use(await openCluster({ ...place, servers: 1, kept: 1, apart: 0 }));
    await cluster.mend();
    const run = await startWatched(cluster, "read-only primary", ENDLESS, signal);
    const before = await untilStep(cluster, run.id, 100, signal);

    await postgres.query(`alter database ${database} set default_transaction_read_only = on`);
    await postgres.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
    );
    const code = await codeOfRefusal(cluster.origin(), START);
    // The duration is part of the proof: long enough for each process to have such sessions.
    const seconds = isShort ? SHORT_READ_ONLY_S : READ_ONLY_S;
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    await postgres.query(`alter database ${database} reset default_transaction_read_only`);

    const { startTraining } = await askUntilAnswered<
      { startTraining: { run: { id: string } } }
    >(() => cluster.origin(), START, {}, signal);
    const { snapshot } = await untilStep(cluster, run.id, before.snapshot.step + 200, signal);
    await untilSeen(run.watchers, snapshot.lastSeq);
    const done = await cancel(cluster, run, signal);
    const claims = (await readLog(cluster.store, run.id)).filter(({ type }) => type === "claimed");
    note(`Sessions only read for ${seconds} s: the API and the worker write again by new ones`);
    return together(
      await checkWatchedRun(cluster, done, run, cancelled(await workspace.numbersOf(BEGINNING))),
      must("recovery", code === "UNAVAILABLE", `the API must say so, got ${code}`),
      must("recovery", startTraining.run.id !== "", "the API must write again"),
      must("recovery", claims.length === 1, "the worker must go on with what it trains"),
    );
  },
};
