/**
 * Metrics of the server in Prometheus' text format. Names follow its rules: base units, and _total for counters. Labels
 * have few values, none of which a client chooses.
 */
import { Counter, Gauge, Registry } from "prom-client";
import type { RunStore } from "../../runs/store/store.ts";
import { createDurations } from "./durations.ts";
import { addProcessMetrics } from "./process_metrics.ts";
import { addRunMetrics } from "./run_metrics.ts";
import type { AttemptCounts } from "../../webhooks/service.ts";
import { addWebhookMetrics } from "./webhook_metrics.ts";
import { type Transport, TRANSPORTS } from "../http/client.ts";

/** Type of a GraphQL operation. */
export type OperationType = "query" | "mutation" | "subscription";

/** Metrics that the server records. */
export interface Metrics {
  /** Counts a request when its response begins. */
  countRequest(route: string, method: string, status: number, seconds: number): void;
  /** Counts an operation when it was executed; a subscription, when it is open. */
  countOperation(type: OperationType, failed: boolean, seconds: number): void;
  /** Counts results that subscribers read. */
  countDeliveries(count: number): void;
  /** Times an event that a number of subscribers were waiting for. */
  countLiveEvent(event: { readonly at: string }, subscribers: number): void;
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
  /** Attempts to deliver webhooks; undefined where none are delivered. */
  readonly webhookAttempts?: (() => AttemptCounts) | undefined;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);

/** Buckets of durations, in seconds: from a millisecond to a client's time-out. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Creates the metrics. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const requests = createDurations({
    name: "epochql_http_request_duration_seconds",
    help: "Time to the answer; of a stream, to its beginning.",
    buckets: BUCKETS,
    counter: { name: "epochql_http_requests_total", help: "Requests answered." },
  });
  const operations = createDurations({
    name: "epochql_graphql_operation_duration_seconds",
    help: "Time to carry out a GraphQL operation; of a subscription, to begin it.",
    buckets: BUCKETS,
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
  const latencies = createDurations({
    name: "epochql_event_delivery_latency_seconds",
    help:
      "Time from an event's append, by the store's clock, until a subscriber who waited for it is given it.",
    buckets: [...BUCKETS, 10],
    present: [""],
  });
  addConnectionMetrics(registry, sources);
  addRunMetrics(registry, sources.store);
  addWebhookMetrics(registry, sources);
  const close = addProcessMetrics(registry, sources.version);

  return {
    countRequest(route, method, status, seconds) {
      const known = METHODS.has(method) ? method : "other";
      requests.observe(`route="${route}",method="${known}",status="${status}"`, seconds);
    },
    countOperation(type, failed, seconds) {
      operations.observe(`type="${type}",outcome="${failed ? "error" : "ok"}"`, seconds);
    },
    countDeliveries: (count) => deliveries.inc(count),
    countLiveEvent({ at }, subscribers) {
      const seconds = Math.max(0, Date.now() - Date.parse(at)) / 1000;
      latencies.observe("", seconds, subscribers);
    },
    text: async () =>
      [requests.text(), operations.text(), latencies.text(), await registry.metrics()].join("\n"),
    contentType: registry.contentType,
    close,
  };
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
