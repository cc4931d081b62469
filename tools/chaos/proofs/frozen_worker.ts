/**
 * A worker is frozen past its lease and another takes its run: when it wakes, it appends nothing and stops training.
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { isAlive, untilGone } from "../../processes.ts";
import { type Cluster, openCluster } from "../cluster.ts";
import { dice } from "../dice.ts";
import { must, together } from "../invariants.ts";
import { readLog, until } from "../trainings.ts";
import {
  BEGINNING,
  cancel,
  cancelled,
  checkWatchedRun,
  ENDLESS,
  type Proof,
  startWatched,
  untilStep,
} from "./proof.ts";

export const frozenWorker: Proof = {
  title:
    "a worker that was frozen past its lease appends nothing more, and stops that run by itself",
  stores: ["sqlite", "postgres"],
  async prove({ workspace, store, seed, signal, use, note }) {
    const place = await workspace.place(store, store === "sqlite" ? 0 : 2);
    const cluster = use(await openCluster({ ...place, servers: 1, kept: 0, apart: 2 }));
    await cluster.mend();
    const run = await startWatched(cluster, "frozen worker", ENDLESS, signal);
    const begun = await untilStep(cluster, run.id, 100, signal);
    const first = await cluster.workerOf(begun);
    if (first === undefined) throw new Error("The worker that trains must be known.");
    const trainers = cluster.trainersOf(first);

    // With its trainer, as if the machine slept, or alone, while its trainer continues to report.
    const frozen = dice(seed).int(0, 1) === 0 ? [first] : [first, ...trainers];
    await freeze(cluster, first, store === "sqlite");
    for (const pid of frozen) Deno.kill(pid, "SIGSTOP");
    const taken = await until(cluster.store, signal, async () => {
      const events = await readLog(cluster.store, run.id);
      const second = events.filter(({ type }) => type === "claimed")[1];
      const goesOn = events.some(({ type, seq }) => type === "started" && seq > (second?.seq ?? 0));
      return second && goesOn ? second : undefined;
    });
    const before = (await cluster.store.get(run.id))?.snapshot.step ?? 0;
    for (const pid of frozen) Deno.kill(pid, "SIGCONT");
    for (const pid of trainers) await untilGone(pid);
    // Long enough to notice a step of the first worker, if it appended one.
    await untilStep(cluster, run.id, before + 200, signal);

    const isThere = isAlive(first);
    const done = await cancel(cluster, run, signal);
    const events = await readLog(cluster.store, run.id);
    const since = events.filter(({ seq }) => seq > taken.seq);
    note(`A frozen worker on ${store}: ${since.length} events by the next one, none by it`);
    return together(
      await checkWatchedRun(
        cluster,
        done,
        run,
        cancelled(await workspace.numbersOf(BEGINNING)),
      ),
      must(
        "alone",
        events.filter(({ type }) => type === "claimed").length === 2 &&
          since.filter(({ type }) => type === "started").length === 1,
        "only the second worker may write after it took the run",
      ),
      must("alone", isThere, "the first worker must be there for other runs"),
      must(
        "alone",
        /another worker took it/.test(await logsOf(cluster)),
        "the first worker must say that it has lost the run",
      ),
    );
  },
};

/** Freezes a process, but not while it holds SQLite's write lock, which would block all others. */
async function freeze({ home }: Cluster, pid: number, isSqlite: boolean): Promise<void> {
  if (!isSqlite) return;
  using database = new DatabaseSync(join(home, "epochql.db"));
  for (;;) {
    Deno.kill(pid, "SIGSTOP");
    try {
      database.exec("pragma busy_timeout = 200; begin immediate; rollback");
      return;
    } catch {
      Deno.kill(pid, "SIGCONT");
      await new Promise((resolve) => setTimeout(resolve, 7));
    }
  }
}

async function logsOf(cluster: Cluster): Promise<string> {
  const logs = [0, 1].map((index) => Deno.readTextFile(cluster.workerLog(index)));
  return (await Promise.all(logs)).join("\n");
}
