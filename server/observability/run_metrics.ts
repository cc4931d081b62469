/**
 * Metrics of runs and workers, from one overview of the store per second. While the store is unavailable they are
 * absent and `epochql_store_up` is 0. Every server of a store reports the same, without labels for single runs or
 * workers.
 */
import { Counter, Gauge, type Registry } from "prom-client";
import type { Overview, RegisteredWorker, WorkerStats } from "../../runs/store/worker_info.ts";
import type { RunState } from "../../runs/log/state.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { deadline } from "../../lib/deadline.ts";
import { SCRAPE_CACHE_MS, SCRAPE_TIMEOUT_MS } from "../timeouts.ts";

/** Adds the metrics to a registry. */
export function addRunMetrics(registry: Registry, store: RunStore): void {
  const instruments = createInstruments(registry, shareOverviews(store));
  addQueueMetrics(instruments);
  addWorkerMetrics(instruments);
  addTrainingMetrics(instruments);
}

function addQueueMetrics({ gauge, byState }: Instruments): void {
  gauge("epochql_store_up", "Whether the store answers.", (overview) => overview ? 1 : 0);
  byState("epochql_runs", "Runs by state.");
  gauge(
    "epochql_queue_length",
    "Runs that wait for a worker: queued, or interrupted and to be taken up again.",
    (overview) => waiting(overview?.runs),
  );
}

function addWorkerMetrics({ gauge, byHost, counter }: Instruments): void {
  gauge("epochql_workers", "Workers that are alive.", (overview) => alive(overview)?.length);
  gauge(
    "epochql_workers_training",
    "Workers that train a run.",
    (overview) => alive(overview)?.filter(({ runId }) => runId !== null).length,
  );
  byHost(
    "epochql_worker_heartbeat_age_seconds",
    "Time since the last heartbeat of a worker of the machine; machines are dropped after a day.",
    (overview) => overview.workers,
    Math.min,
    ({ silentSeconds }) => silentSeconds,
  );
  byHost(
    "epochql_worker_resident_memory_bytes",
    "Resident memory of a worker's process, without its trainer; the largest of the machine.",
    aliveOf,
    Math.max,
    ({ figures }) => figures?.memoryBytes,
  );
  counter(
    "epochql_events_appended_total",
    "Events that workers have appended to logs since this server started.",
    ({ eventsAppended }) => eventsAppended,
  );
  counter(
    "epochql_samples_trained_total",
    "Samples that workers have trained on since this server started.",
    ({ samplesTrained }) => samplesTrained,
  );
}

function addTrainingMetrics({ byHost }: Instruments): void {
  const sum = (
    name: string,
    help: string,
    read: (training: NonNullable<WorkerStats["training"]>) => number,
  ) =>
    byHost(
      name,
      help,
      aliveOf,
      (one, other) => one + other,
      ({ figures }) => figures?.training ? read(figures.training) : undefined,
    );
  sum(
    "epochql_training_samples_per_second",
    "Samples trained a second, in the last seconds.",
    ({ samplesPerSecond }) => samplesPerSecond,
  );
  sum("epochql_training_cpu_cores", "Cores that trainings use.", ({ cpuCores }) => cpuCores);
  sum(
    "epochql_training_resident_memory_bytes",
    "Resident memory of the trainers.",
    ({ memoryBytes }) => memoryBytes,
  );
  byHost(
    "epochql_training_gpu_utilization_ratio",
    "Share of the time in which the GPU that trains was busy.",
    aliveOf,
    Math.max,
    ({ figures }) => figures?.training?.gpu?.utilization,
  );
  byHost(
    "epochql_training_gpu_memory_bytes",
    "Memory in use on the GPU that trains.",
    aliveOf,
    Math.max,
    ({ figures }) => figures?.training?.gpu?.memoryBytes,
  );
}

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(registry: Registry, look: () => Promise<Overview | undefined>) {
  const registers = [registry];
  const growth = createGrowth();
  return {
    /** Adds one value of an overview. */
    gauge(
      name: string,
      help: string,
      read: (overview: Overview | undefined) => number | undefined,
    ): void {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          const value = read(await look());
          if (value === undefined) this.remove();
          else this.set(value);
        },
      });
    },
    /** Adds the number of runs in each state. */
    byState(name: string, help: string): void {
      new Gauge({
        name,
        help,
        labelNames: ["state"],
        registers,
        async collect() {
          this.reset();
          const overview = await look();
          for (const [state, count] of Object.entries(overview?.runs ?? {})) {
            this.set({ state }, count);
          }
        },
      });
    },
    /** Adds one value per machine, joined over its workers that have one. */
    byHost(
      name: string,
      help: string,
      workersOf: (overview: Overview) => readonly RegisteredWorker[],
      join: (one: number, other: number) => number,
      read: (worker: RegisteredWorker) => number | null | undefined,
    ): void {
      new Gauge({
        name,
        help,
        labelNames: ["host"],
        registers,
        async collect() {
          const overview = await look();
          const values = joinByHost(overview ? workersOf(overview) : [], join, read);
          this.reset();
          for (const [host, value] of values) this.set({ host }, value);
        },
      });
    },
    /** Adds a counter of what workers count themselves. */
    counter(name: string, help: string, read: (figures: WorkerStats) => number): void {
      new Counter({
        name,
        help,
        registers,
        async collect() {
          const overview = await look();
          if (overview) this.inc(growth(name, overview.workers, read));
        },
      });
    },
  };
}

function joinByHost(
  workers: readonly RegisteredWorker[],
  join: (one: number, other: number) => number,
  read: (worker: RegisteredWorker) => number | null | undefined,
): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const worker of workers) {
    const value = read(worker);
    const { host } = worker;
    if (typeof value !== "number") continue;
    const others = values.get(host);
    values.set(host, others === undefined ? value : join(others, value));
  }
  return values;
}

function alive(overview: Overview | undefined): readonly RegisteredWorker[] | undefined {
  return overview && aliveOf(overview);
}

function aliveOf({ workers }: Overview): readonly RegisteredWorker[] {
  return workers.filter(({ isAlive }) => isAlive);
}

function waiting(runs: Readonly<Record<RunState, number>> | undefined): number | undefined {
  return runs && runs.QUEUED + runs.INTERRUPTED;
}

/** Shares an overview of the store among scrapes; undefined while the store does not answer. */
function shareOverviews(store: RunStore): () => Promise<Overview | undefined> {
  let readAt = -Infinity;
  let overview: Promise<Overview | undefined> = Promise.resolve(undefined);
  return () => {
    if (performance.now() - readAt < SCRAPE_CACHE_MS) return overview;
    readAt = performance.now();
    // /readyz reports the problem.
    const read = store.overview().catch(() => undefined);
    return overview = deadline<Overview | undefined>(SCRAPE_TIMEOUT_MS, read, () => undefined);
  };
}

/**
 * Adds up the counters of workers: the growth of each since the last scrape. A worker that started before this server
 * counts from its first scrape, so that the start of a server is no jump.
 */
function createGrowth() {
  const startedAt = new Date().toISOString();
  const seen = new Map<string, number>();
  return (
    name: string,
    workers: readonly RegisteredWorker[],
    read: (figures: WorkerStats) => number,
  ): number => {
    let grown = 0;
    for (const worker of workers) {
      if (!worker.figures) continue;
      const key = `${name} ${worker.id}`;
      const count = read(worker.figures);
      const before = seen.get(key) ?? (worker.startedAt < startedAt ? count : 0);
      grown += Math.max(0, count - before);
      seen.set(key, count);
    }
    for (const key of seen.keys()) {
      if (!key.startsWith(`${name} `)) continue;
      if (!workers.some(({ id }) => key === `${name} ${id}`)) seen.delete(key);
    }
    return grown;
  };
}
