/**
 * Metrics of runs and workers, from the store: one look at it for a scrape, and for all that come within a second.
 * While it is away they are left out, which Prometheus takes for 'not known', and `epochql_store_up` is 0.
 *
 * Every server of one store shows the same of them. Nothing here is labelled by run or by worker: both come and go.
 */
import { Counter, Gauge, type Registry } from "prom-client";
import type { RunState } from "../../runs/log/state.ts";
import type { Overview, RegisteredWorker, RunStore } from "../../runs/store/store.ts";
import type { WorkerStats } from "../../runs/worker/worker_stats.ts";
import { deadline } from "../../lib/deadline.ts";
import { SCRAPE_CACHE_MS, SCRAPE_TIMEOUT_MS } from "../timeouts.ts";

/** Adds them. */
export function addRunMetrics(registry: Registry, store: RunStore): void {
  const registers = [registry];
  const look = lookOnce(store);
  const growth = createGrowth();

  gauge("epochql_store_up", "Whether the store answers.", (overview) => overview ? 1 : 0);
  new Gauge({
    name: "epochql_runs",
    help: "Runs by state.",
    labelNames: ["state"],
    registers,
    async collect() {
      this.reset();
      const overview = await look();
      for (const [state, count] of Object.entries(overview?.runs ?? {})) this.set({ state }, count);
    },
  });
  gauge(
    "epochql_queue_length",
    "Runs that wait for a worker: queued, or interrupted and to be taken up again.",
    (overview) => waiting(overview?.runs),
  );

  gauge("epochql_workers", "Workers that are alive.", (overview) => alive(overview)?.length);
  gauge(
    "epochql_workers_training",
    "Workers that train a run.",
    (overview) => alive(overview)?.filter(({ runId }) => runId !== null).length,
  );
  byHost(
    "epochql_worker_heartbeat_age_seconds",
    "Time since a worker of the machine was last heard of; machines are forgotten after a day.",
    (overview) => overview.workers,
    Math.min,
    ({ silentSeconds }) => silentSeconds,
  );
  byHost(
    "epochql_worker_resident_memory_bytes",
    "Resident memory of a worker's process, without what trains; the largest of the machine.",
    aliveOf,
    Math.max,
    ({ figures }) => figures?.memoryBytes,
  );
  training(
    "epochql_training_samples_per_second",
    "Samples trained a second, in the last seconds.",
    ({ samplesPerSecond }) => samplesPerSecond,
  );
  training(
    "epochql_training_cpu_cores",
    "Cores that trainings keep busy.",
    ({ cpuCores }) => cpuCores,
  );
  training(
    "epochql_training_resident_memory_bytes",
    "Resident memory of the processes that train.",
    ({ memoryBytes }) => memoryBytes,
  );
  byHost(
    "epochql_training_gpu_utilization_ratio",
    "The part of the time in which the GPU that trains did something.",
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

  function gauge(
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
  }

  /** One value a machine, of all its workers that have one. */
  function byHost(
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
        const values = new Map<string, number>();
        for (const worker of overview ? workersOf(overview) : []) {
          const value = read(worker);
          const { host } = worker;
          if (typeof value !== "number") continue;
          const others = values.get(host);
          values.set(host, others === undefined ? value : join(others, value));
        }
        this.reset();
        for (const [host, value] of values) this.set({ host }, value);
      },
    });
  }

  /** What the trainings of a machine come to together. */
  function training(
    name: string,
    help: string,
    read: (training: NonNullable<WorkerStats["training"]>) => number,
  ): void {
    byHost(
      name,
      help,
      aliveOf,
      (one, other) => one + other,
      ({ figures }) => figures?.training ? read(figures.training) : undefined,
    );
  }

  function counter(name: string, help: string, read: (figures: WorkerStats) => number): void {
    new Counter({
      name,
      help,
      registers,
      async collect() {
        const overview = await look();
        if (overview) this.inc(growth(name, overview.workers, read));
      },
    });
  }
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

/** One look at the store for all who ask within a second; undefined if it does not answer. */
function lookOnce(store: RunStore): () => Promise<Overview | undefined> {
  let lookedAt = -Infinity;
  let looking: Promise<Overview | undefined> = Promise.resolve(undefined);
  return () => {
    if (performance.now() - lookedAt < SCRAPE_CACHE_MS) return looking;
    lookedAt = performance.now();
    // Readiness says what is wrong.
    const look = store.overview().catch(() => undefined);
    return looking = deadline<Overview | undefined>(SCRAPE_TIMEOUT_MS, look, () => undefined);
  };
}

/**
 * Makes one counter of many workers' own: what each has counted since the last look. One that was there before this
 * server counts from when it is first seen, so that a server's start is no leap.
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
