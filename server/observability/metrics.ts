/**
 * What the server counts, in Prometheus' text form. Names follow Prometheus' rules: base units, _total for
 * what only grows. Labels have few values: none comes from a client.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RunStore } from "../../runs/store/store.ts";
import { addProcessMetrics } from "./process_metrics.ts";
import { addRunMetrics } from "./run_metrics.ts";
import { type Transport, TRANSPORTS } from "../http/client.ts";

/** The types of operations, and what no operation could be made of. */
export type OperationType = "query" | "mutation" | "subscription";

/** The server's counters. */
export interface Metrics {
  /** A request was answered; a stream, begun. */
  countRequest(route: string, method: string, status: number, seconds: number): void;
  /** An operation was carried out; a subscription, begun. */
  countOperation(type: OperationType, failed: boolean, seconds: number): void;
  /** An answer was given to a subscriber. */
  countDelivery(): void;
  /** An event was given to a subscriber who waited for it. */
  countLiveEvent(event: { readonly at: string }): void;
  /** All of it, as /metrics shows it. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Measures no more. */
  close(): void;
}

/** What is looked up when somebody asks. */
export interface MetricsSources {
  readonly store: RunStore;
  /** Of epochql. */
  readonly version: string;
  openSubscriptions(transport: Transport): number;
  openSockets(): number;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);

/** From a millisecond to what somebody gives up at. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const REQUEST_LABELS = ["route", "method", "status"];
const OPERATION_LABELS = ["type", "outcome"];

/** Starts counting. */
export function createMetrics(sources: MetricsSources): Metrics {
  const { store, version, openSubscriptions, openSockets } = sources;
  const registry = new Registry();
  const registers = [registry];

  const requestDurations = new Histogram({
    name: "epochql_http_request_duration_seconds",
    help: "Time to the answer; of a stream, to its beginning.",
    labelNames: REQUEST_LABELS,
    buckets: BUCKETS,
    registers,
  });
  const operationDurations = new Histogram({
    name: "epochql_graphql_operation_duration_seconds",
    help: "Time to carry out a GraphQL operation; of a subscription, to begin it.",
    labelNames: OPERATION_LABELS,
    buckets: BUCKETS,
    registers,
  });
  // What is timed is counted already.
  const countOf = (histogram: Histogram, labelNames: string[], name: string, help: string) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        for (const { metricName, labels, value } of (await histogram.get()).values) {
          if (metricName?.endsWith("_count")) this.inc(labels, value);
        }
      },
    });
  countOf(requestDurations, REQUEST_LABELS, "epochql_http_requests_total", "Requests answered.");
  countOf(
    operationDurations,
    OPERATION_LABELS,
    "epochql_graphql_operations_total",
    "GraphQL operations carried out.",
  );
  const deliveries = new Counter({
    name: "epochql_subscription_events_total",
    help: "Events given to subscribers.",
    registers,
  });
  const latencies = new Histogram({
    name: "epochql_event_delivery_latency_seconds",
    help:
      "Time from an event's append, by the store's clock, until a subscriber who waited for it is given it.",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
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
  addRunMetrics(registry, store);
  const close = addProcessMetrics(registry, version);

  return {
    countRequest(route, method, status, seconds) {
      const known = METHODS.has(method) ? method : "other";
      requestDurations.observe({ route, method: known, status }, seconds);
    },
    countOperation(type, failed, seconds) {
      operationDurations.observe({ type, outcome: failed ? "error" : "ok" }, seconds);
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
