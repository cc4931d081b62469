/**
 * Metrics of the server in Prometheus' text format. Names follow its rules: base units, and _total for counters. Labels
 * have few values, none of which a client chooses.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RunStore } from "../../runs/store/store.ts";
import { addProcessMetrics } from "./process_metrics.ts";
import { addRunMetrics } from "./run_metrics.ts";
import { type Transport, TRANSPORTS } from "../http/client.ts";

/** Type of a GraphQL operation. */
export type OperationType = "query" | "mutation" | "subscription";

/** Metrics that the server records. */
export interface Metrics {
  /** Counts a request when its response begins. */
  countRequest(route: string, method: string, status: number, seconds: number): void;
  /** Counts an operation when it was executed; a subscription, when it is open. */
  countOperation(type: OperationType, failed: boolean, seconds: number): void;
  /** Counts a result that a subscriber read. */
  countDelivery(): void;
  /** Times an event that a subscriber was waiting for. */
  countLiveEvent(event: { readonly at: string }): void;
  /** Returns all metrics as text, for /metrics. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Stops measuring. */
  close(): void;
}

/** Values that are read for each scrape. */
export interface MetricsSources {
  readonly store: RunStore;
  /** Version of epochql. */
  readonly version: string;
  openSubscriptions(transport: Transport): number;
  openSockets(): number;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);

/** Buckets of durations, in seconds: from a millisecond to a client's time-out. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Creates the metrics. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const requests = addDurations(registry, {
    name: "epochql_http_request_duration_seconds",
    help: "Time to the answer; of a stream, to its beginning.",
    labelNames: ["route", "method", "status"],
    counter: { name: "epochql_http_requests_total", help: "Requests answered." },
  });
  const operations = addDurations(registry, {
    name: "epochql_graphql_operation_duration_seconds",
    help: "Time to carry out a GraphQL operation; of a subscription, to begin it.",
    labelNames: ["type", "outcome"],
    counter: {
      name: "epochql_graphql_operations_total",
      help: "GraphQL operations carried out.",
    },
  });
  const deliveries = new Counter({
    name: "epochql_subscription_events_total",
    help: "Events given to subscribers.",
    registers: [registry],
  });
  const latencies = new Histogram({
    name: "epochql_event_delivery_latency_seconds",
    help:
      "Time from an event's append, by the store's clock, until a subscriber who waited for it is given it.",
    buckets: [...BUCKETS, 10],
    registers: [registry],
  });
  addConnectionMetrics(registry, sources);
  addRunMetrics(registry, sources.store);
  const close = addProcessMetrics(registry, sources.version);

  return {
    countRequest(route, method, status, seconds) {
      const known = METHODS.has(method) ? method : "other";
      requests.observe({ route, method: known, status }, seconds);
    },
    countOperation(type, failed, seconds) {
      operations.observe({ type, outcome: failed ? "error" : "ok" }, seconds);
    },
    countDelivery: () => deliveries.inc(),
    countLiveEvent({ at }) {
      latencies.observe(Math.max(0, Date.now() - Date.parse(at)) / 1000);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close,
  };
}

/** A histogram of durations, and the counter of its observations. */
interface DurationMetrics<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly counter: { readonly name: string; readonly help: string };
}

/** Adds a histogram of durations with a counter of its observations, which the histogram counts anyway. */
function addDurations<Label extends string>(
  registry: Registry,
  { name, help, labelNames, counter }: DurationMetrics<Label>,
): Histogram<Label> {
  const registers = [registry];
  const histogram = new Histogram({
    name,
    help,
    labelNames: [...labelNames],
    buckets: BUCKETS,
    registers,
  });
  new Counter({
    ...counter,
    labelNames: [...labelNames],
    registers,
    async collect() {
      this.reset();
      for (const { metricName, labels, value } of (await histogram.get()).values) {
        if (metricName?.endsWith("_count")) this.inc(labels, value);
      }
    },
  });
  return histogram;
}

/** Adds gauges of what clients hold open. */
function addConnectionMetrics(
  registry: Registry,
  { openSubscriptions, openSockets }: MetricsSources,
): void {
  const registers = [registry];
  new Gauge({
    name: "epochql_subscriptions_open",
    help: "Subscriptions that are open.",
    labelNames: ["transport"],
    registers,
    collect() {
      for (const transport of TRANSPORTS) this.set({ transport }, openSubscriptions(transport));
    },
  });
  new Gauge({
    name: "epochql_websockets_open",
    help: "WebSockets that are open.",
    registers,
    collect() {
      this.set(openSockets());
    },
  });
}
