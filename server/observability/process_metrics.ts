/**
 * Metrics of the server's own process, which are available even without the store. Not prom-client's
 * collectDefaultMetrics(): it reads /proc/self, which the server's permissions do not allow.
 */
import process from "node:process";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { EVENT_LOOP_LAG_MS } from "../timeouts.ts";

/**
 * Adds the metrics to a registry.
 *
 * @param version version of epochql
 * @returns a function that stops measuring
 */
export function addProcessMetrics(registry: Registry, version: string): () => void {
  const registers = [registry];
  new Gauge({
    name: "epochql_build_info",
    help: "What runs, in the labels; always 1.",
    labelNames: ["version", "deno"],
    registers,
  }).set({ version, deno: Deno.version.deno }, 1);
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of the server's process, user and system.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory of the server's process.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "process_heap_bytes",
    help: "JavaScript heap in use.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().heapUsed);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the server started, since 1970.",
    registers,
  }).set(Date.now() / 1000);

  const lag = new Histogram({
    name: "epochql_event_loop_lag_seconds",
    help: "How late timers come: while something else keeps the process busy, nobody is answered.",
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  let due = performance.now() + EVENT_LOOP_LAG_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lag.observe(Math.max(0, now - due) / 1000);
    due = now + EVENT_LOOP_LAG_MS;
  }, EVENT_LOOP_LAG_MS);
  return () => clearInterval(timer);
}
