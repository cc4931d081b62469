/**
 * What the server counts, in Prometheus' text form. Names follow Prometheus' rules: base units, _total for
 * what only grows. Labels have few values: none comes from a client.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { RUN_STATES, type RunState } from "../runs/state.ts";
import type { RunStore } from "../runs/store.ts";

/** The types of operations, and what no operation could be made of. */
export type OperationType = "query" | "mutation" | "subscription";

/** The server's counters. */
export interface Metrics {
  /** A request was answered; a stream, begun. */
  countRequest(route: string, method: string, status: number, seconds: number): void;
  /** An operation was carried out; a subscription, begun. */
  countOperation(type: OperationType, failed: boolean): void;
  /** An answer was given to a subscriber. */
  countDelivery(): void;
  /** All of it, as /metrics shows it. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** What is looked up when somebody asks. */
export interface MetricsSources {
  readonly store: RunStore;
  openSubscriptions(): number;
  openSockets(): number;
}

const METHODS = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

/** The states of runs that wait or are worked on: what an operator watches. */
const WATCHED_STATES: readonly RunState[] = RUN_STATES.filter((state) =>
  !["CANCELLED", "COMPLETED", "FAILED"].includes(state)
);

/** Starts counting. */
export function createMetrics({ store, openSubscriptions, openSockets }: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];

  const requests = new Counter({
    name: "epochql_http_requests_total",
    help: "Requests answered.",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "epochql_http_request_duration_seconds",
    help: "Time to the answer; of a stream, to its beginning.",
    labelNames: ["route"],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const operations = new Counter({
    name: "epochql_graphql_operations_total",
    help: "GraphQL operations carried out.",
    labelNames: ["type", "outcome"],
    registers,
  });
  const deliveries = new Counter({
    name: "epochql_subscription_events_total",
    help: "Events given to subscribers.",
    registers,
  });
  gauge("epochql_subscriptions_open", "Subscriptions that are open.", openSubscriptions);
  gauge("epochql_websockets_open", "WebSockets that are open.", openSockets);
  gauge("epochql_queue_length", "Runs that wait for a worker.", () => countRuns("QUEUED"));
  gauge("epochql_workers", "Workers that are alive.", async () => (await store.workers()).length);
  new Gauge({
    name: "epochql_runs",
    help: "Runs that are not over, by state.",
    labelNames: ["state"],
    registers,
    async collect() {
      for (const state of WATCHED_STATES) this.set({ state }, await countRuns(state));
    },
  });
  gauge(
    "process_resident_memory_bytes",
    "Resident memory of the server's process.",
    () => Deno.memoryUsage().rss,
  );
  gauge("process_heap_bytes", "JavaScript heap in use.", () => Deno.memoryUsage().heapUsed);
  const startedAt = Date.now() / 1000;
  gauge("process_start_time_seconds", "When the server started, since the epoch.", () => startedAt);

  return {
    countRequest(route, method, status, seconds) {
      requests.inc({ route, method: METHODS.has(method) ? method : "other", status });
      durations.observe({ route }, seconds);
    },
    countOperation: (type, failed) => operations.inc({ type, outcome: failed ? "error" : "ok" }),
    countDelivery: () => deliveries.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };

  async function countRuns(state: RunState): Promise<number> {
    return (await store.list({ first: 1, state })).totalCount;
  }

  function gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  }
}
