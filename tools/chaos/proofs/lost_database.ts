/** PostgreSQL is stopped, killed and frozen: the API reports it, training continues, and nothing is lost. */
import { basename } from "node:path";
import type { RunEvent } from "../../../runs/log/event.ts";
import { startPostgres } from "../../postgres_server.ts";
import { askUntilAnswered, codeOfRefusal } from "../api.ts";
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

/** Time for which PostgreSQL is down, in seconds. */
const AWAY_S = 20;
const SHORT_AWAY_S = 1;

export const lostDatabase: Proof = {
  title: "while PostgreSQL is away the API says so and training goes on; nothing is lost",
  stores: ["postgres"],
  async prove({ workspace, isShort, signal, use, note }) {
    // A server of its own: other proofs may use the common one.
    const postgres = await startPostgres();
    use({ close: postgres.remove });
    const { home } = await workspace.place("sqlite");
    const place = { home, databaseUrl: await postgres.createDatabase() };
    const cluster = use(await openCluster({ ...place, servers: 1, kept: 1, apart: 0 }));
    await cluster.mend();
    const run = await startWatched(cluster, "lost database", ENDLESS, signal);
    const found: Findings[] = [];
    const gains = [];
    let { snapshot } = await untilStep(cluster, run.id, 100, signal);
    const ways = {
      "stopped": { off: postgres.stop, on: postgres.start },
      "killed -9": { off: postgres.kill, on: postgres.start },
      "frozen": { off: postgres.freeze, on: postgres.thaw },
    };
    for (const [how, { off, on }] of Object.entries(ways)) {
      await off();
      const files = await checkpointFiles();
      for (const query of [RUNS, START]) {
        const code = await codeOfRefusal(cluster.origin(), query);
        found.push(
          must("recovery", code === "UNAVAILABLE", `${how}: the API must say so, got ${code}`),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * (isShort ? SHORT_AWAY_S : AWAY_S)));
      // The log cannot show that training continues; the checkpoints, which are stored elsewhere, do.
      while ((await checkpointFiles()).difference(files).size < 2) {
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await on();
      await askUntilAnswered(() => cluster.origin(), RUNS, {}, signal);
      const before = snapshot.step;
      ({ snapshot } = await untilStep(cluster, run.id, before + 200, signal));
      await untilSeen(run.watchers, snapshot.lastSeq);
      gains.push(`${how}: ${stepsAtOnce(await readLog(cluster.store, run.id), before)} steps`);
    }
    const done = await cancel(cluster, run, signal);
    note(`PostgreSQL away, trained meanwhile: ${gains.join(", ")}`);
    const events = await readLog(cluster.store, run.id);
    const claims = events.filter(({ type }) => type === "claimed");
    return together(
      ...found,
      await checkWatchedRun(
        cluster,
        done,
        run,
        cancelled(await workspace.numbersOf(BEGINNING)),
      ),
      must("recovery", claims.length === 1, "the worker must go on with what it trains"),
    );

    async function checkpointFiles(): Promise<Set<string>> {
      const stored = await cluster.checkpoints.list(run.id);
      return new Set(stored.map(({ name }) => basename(name)));
    }
  },
};

/** Finds the largest number of steps that were appended at the same moment: those that were buffered. */
function stepsAtOnce(events: readonly RunEvent[], after: number): number {
  const byTime = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "batches" || event.firstStep <= after) continue;
    byTime.set(event.at, (byTime.get(event.at) ?? 0) + event.losses.length);
  }
  return Math.max(0, ...byTime.values());
}
