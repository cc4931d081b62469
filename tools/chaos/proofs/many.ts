/** Two servers and four workers share one PostgreSQL: each run is trained once, and each server shows all of it. */
import { delay } from "../../../lib/delay.ts";
import { startTraining } from "../api.ts";
import { openCluster } from "../cluster.ts";
import { checkRun, type Findings, must, numbersOf, together } from "../invariants.ts";
import { checkWatched } from "../watched.ts";
import { readLog, TRAININGS, untilAtRest } from "../trainings.ts";
import { watch } from "../watcher.ts";
import type { Proof } from "./proof.ts";

const SERVERS = 2;
const WORKERS = 4;
const RUNS = 40;
const SHORT_RUNS = 12;

/** Interval at which the workers are counted. */
const POLL_MS = 50;

/** Number of different trainings; the other runs repeat them. */
const KINDS = 4;

export const many: Proof = {
  title: "two servers and four workers on one PostgreSQL train each run once and show all of it",
  stores: ["postgres"],
  async prove({ workspace, store, isShort, worker, signal, use, note }) {
    const place = await workspace.place(store, WORKERS);
    const cluster = use(
      await openCluster({
        ...place,
        servers: SERVERS,
        kept: 0,
        apart: WORKERS,
        checkpoints: `${place.home}/checkpoints`,
        ...(isShort && worker ? { worker: (index: number) => worker(place, index) } : {}),
      }),
    );
    await cluster.mend();
    // The first ones to start would otherwise train all.
    while ((await cluster.store.workers()).length < WORKERS) {
      await delay(POLL_MS, signal);
      signal.throwIfAborted();
    }
    const count = isShort ? SHORT_RUNS : RUNS;
    const began = performance.now();
    const runs = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const kind = TRAININGS[index % KINDS];
        const training = { ...kind, trainSamples: 80, epochs: 2 } as (typeof TRAININGS)[number];
        const origin = () => cluster.origin(index % SERVERS);
        const run = await startTraining(origin, `run ${index + 1}`, { ...training }, signal);
        const watchers = [
          watch(cluster.origin(0), run.globalId, index % 4 < 2 ? "SSE" : "WebSocket", signal),
          watch(cluster.origin(1), run.globalId, index % 4 < 2 ? "WebSocket" : "SSE", signal),
        ];
        return { ...run, training, kind: index % KINDS, watchers };
      }),
    );
    const found: Findings[] = [];
    const trainedBy = new Map<string, number>();
    const firstOfKind = new Map<number, ReturnType<typeof numbersOf>>();
    for (const { id, kind, watchers } of runs) {
      const run = await untilAtRest(cluster.store, id, signal);
      await Promise.all(watchers.map(({ done }) => done));
      const events = await readLog(cluster.store, id);
      const claims = events.filter((event) => event.type === "claimed");
      for (const { worker } of claims) trainedBy.set(worker, (trainedBy.get(worker) ?? 0) + 1);
      const numbers = firstOfKind.get(kind) ?? numbersOf(events);
      firstOfKind.set(kind, numbers);
      found.push(
        checkRun(run, events, { numbers }),
        ...watchers.map(({ name, seen }) => checkWatched(name, seen, events)),
        must(
          "alone",
          claims.length === 1,
          `${run.name} must be claimed once, got ${claims.length}`,
        ),
      );
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const shares = [...trainedBy.values()].sort((a, b) => b - a).join(", ");
    note(
      `${count} runs on ${SERVERS} servers and ${WORKERS} workers: ${seconds} s, ${shares} each`,
    );
    found.push(
      must("alone", trainedBy.size === WORKERS, `all workers must train, got ${trainedBy.size}`),
    );
    return together(...found);
  },
};
