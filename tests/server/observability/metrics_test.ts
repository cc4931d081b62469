/** /metrics in the format of Prometheus. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { WorkerStats } from "../../../runs/store/worker_info.ts";
import { StoreUnavailableError } from "../../../runs/store/errors.ts";
import { aWorker } from "../../support/a_worker.ts";
import { sseClient } from "../../support/clients.ts";
import { post, readMetrics } from "../../support/http.ts";
import { until } from "../../support/until.ts";
import { startServer, type TestServer, useServer } from "../../support/start_server.ts";
import { claimRun, createRun, startRun } from "../../support/written_run.ts";

/** A worker that started later than any server of these tests. */
const WORKER = aWorker({ id: "w1", host: "gpu-1", startedAt: "2999-01-01T00:00:00.000Z" });

const FIGURES: WorkerStats = {
  eventsAppended: 100,
  samplesTrained: 6400,
  cpuSeconds: 1,
  memoryBytes: 5e7,
  training: {
    cpuCores: 1.5,
    memoryBytes: 4e8,
    samplesPerSecond: 9000,
    gpu: { utilization: 0.9, memoryBytes: 2e9 },
  },
};

/** The next look at the store: one is good for a second. */
async function readFresh(
  server: TestServer,
  isFresh: (metrics: ReadonlyMap<string, number>) => boolean,
): Promise<ReadonlyMap<string, number>> {
  return await until("the metrics are fresh", async () => {
    const metrics = await readMetrics(server.origin);
    return isFresh(metrics) && metrics;
  });
}

describe("/metrics", () => {
  const server = useServer({ version: "1.2.3" });

  it("counts requests by route, method and status", async () => {
    const labels = 'route="none",method="GET",status="404"';
    const name = `epochql_http_requests_total{${labels}}`;
    assertEquals((await readMetrics(server.origin)).get(name), undefined);
    await Promise.all([1, 2].map(() => fetch(`${server.origin}/no/${crypto.randomUUID()}`)));
    await fetch(`${server.origin}/no`, { method: "BREW" });
    const metrics = await readMetrics(server.origin);
    assertEquals(metrics.get(name), 2);
    assertEquals(
      metrics.get('epochql_http_requests_total{route="none",method="other",status="404"}'),
      1,
    );
    assertEquals(metrics.get(`epochql_http_request_duration_seconds_count{${labels}}`), 2);
  });

  it("counts and times operations by type and outcome", async () => {
    await post(server.origin, { query: "{ __typename }" });
    await post(server.origin, { query: 'mutation { deleteRun(runId: "x") { deletedRunId } }' });
    const metrics = await readMetrics(server.origin);
    for (const labels of ['type="query",outcome="ok"', 'type="mutation",outcome="error"']) {
      assertEquals(metrics.get(`epochql_graphql_operations_total{${labels}}`), 1);
      assertEquals(metrics.get(`epochql_graphql_operation_duration_seconds_count{${labels}}`), 1);
    }
  });

  it("shows the queue, the runs, the workers and their trainings as they are", async () => {
    await using server = await startServer();
    for (let count = 0; count < 3; count++) await createRun(server.store);
    const { key: runId } = await claimRun(server.store);
    await server.store.registerWorker({ ...WORKER, runId, figures: FIGURES });
    const idle = { ...FIGURES, training: null };
    await server.store.registerWorker({ ...WORKER, id: "w2", figures: idle });
    const metrics = await readMetrics(server.origin);
    const expected = {
      epochql_store_up: 1,
      epochql_queue_length: 2,
      'epochql_runs{state="RUNNING"}': 1,
      'epochql_runs{state="QUEUED"}': 2,
      'epochql_runs{state="COMPLETED"}': 0,
      epochql_workers: 2,
      epochql_workers_training: 1,
      'epochql_worker_resident_memory_bytes{host="gpu-1"}': 5e7,
      'epochql_training_samples_per_second{host="gpu-1"}': 9000,
      'epochql_training_cpu_cores{host="gpu-1"}': 1.5,
      'epochql_training_resident_memory_bytes{host="gpu-1"}': 4e8,
      'epochql_training_gpu_utilization_ratio{host="gpu-1"}': 0.9,
      'epochql_training_gpu_memory_bytes{host="gpu-1"}': 2e9,
      epochql_events_appended_total: 200,
      epochql_samples_trained_total: 12800,
    };
    const names = Object.keys(expected);
    assertEquals(Object.fromEntries(names.map((name) => [name, metrics.get(name)])), expected);
    const age = metrics.get('epochql_worker_heartbeat_age_seconds{host="gpu-1"}') ?? NaN;
    assert(age >= 0 && age < 10, `${age} s`);
  });

  it("accumulates over workers that come and go, from the start of the server", async () => {
    await using server = await startServer();
    const { store } = server;
    const announce = (id: string, eventsAppended: number, startedAt = WORKER.startedAt) =>
      store.registerWorker({ ...WORKER, id, startedAt, figures: { ...FIGURES, eventsAppended } });
    const total = "epochql_events_appended_total";
    await announce("old", 1000, "2020-01-01T00:00:00.000Z");
    assertEquals((await readMetrics(server.origin)).get(total), 0);
    await announce("old", 1010, "2020-01-01T00:00:00.000Z");
    await announce("new", 5);
    await readFresh(server, (metrics) => metrics.get(total) === 15);
    await store.deregisterWorker("old");
    await announce("new", 7);
    await readFresh(server, (metrics) => metrics.get(total) === 17);
  });

  it("describes the process, also while the store is unavailable", async () => {
    await using broken = await startServer({ version: "1.2.3" });
    const away = () => Promise.reject(new StoreUnavailableError("It is away."));
    Object.assign(broken.store, { overview: away });
    const metrics = await readMetrics(broken.origin);
    assertEquals(metrics.get("epochql_store_up"), 0);
    assertEquals(metrics.get(`epochql_build_info{version="1.2.3",deno="${Deno.version.deno}"}`), 1);
    for (const name of ["process_resident_memory_bytes", "process_cpu_seconds_total"]) {
      assert((metrics.get(name) ?? 0) > 0, name);
    }
    const unknown = [...metrics.keys()].filter((name) => /queue|runs|workers/.test(name));
    assertEquals(unknown, []);
  });

  it("reads the store once for all scrapes of a second", async () => {
    await using server = await startServer();
    const { store } = server;
    const { overview } = store;
    let asked = 0;
    Object.assign(store, {
      overview: () => {
        asked++;
        return overview();
      },
    });
    const began = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => readMetrics(server.origin)));
    assert(asked <= 1 + (performance.now() - began) / 1000, `it was asked ${asked} times`);
  });

  it("times live events from append to delivery, and no replayed ones", async () => {
    await using server = await startServer();
    const worker = await startRun(server.store);
    await worker.trainEpoch();
    const client = sseClient(server.origin);
    const query = "subscription { epochs { number } }";
    const epochs = client.iterate<{ epochs: { number: number } }>({ query });
    assertEquals((await epochs.next()).value?.data?.epochs.number, 1);
    const count = "epochql_event_delivery_latency_seconds_count";
    const open = 'epochql_subscriptions_open{transport="sse"}';
    const before = await readMetrics(server.origin);
    assertEquals([before.get(count), before.get(open)], [0, 1]);
    const next = epochs.next();
    await worker.trainEpoch();
    assertEquals((await next).value?.data?.epochs.number, 2);
    const metrics = await readMetrics(server.origin);
    assertEquals(metrics.get(count), 1);
    const sum = metrics.get("epochql_event_delivery_latency_seconds_sum") ?? NaN;
    assert(sum >= 0 && sum < 10, `${sum} s`);
    await epochs.return?.();
    client.dispose();
  });

  it("follows the rules of the format and of Prometheus' names", async () => {
    await using server = await startServer();
    await createRun(server.store);
    await server.store.registerWorker({ ...WORKER, figures: FIGURES });
    await post(server.origin, { query: "{ runs { totalCount } }" });
    const response = await server.get("/metrics");
    assertMatch(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const types = new Map<string, string>();
    const seen = new Set<string>();
    for (const line of text.trimEnd().split("\n")) {
      if (line === "") continue;
      const [, what, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
      if (what === "HELP") assertMatch(rest, /\.$/, `${name}'s help is a sentence`);
      else if (what === "TYPE") types.set(name, rest);
      else {
        const sample = /^([a-z_]+)(\{(\w+="[^"\\\n]*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|\+Inf)$/.exec(
          line,
        );
        if (!sample) throw new Error(`It must be a sample: ${line}`);
        assert(!seen.has(line.slice(0, line.lastIndexOf(" "))), `${line} is there once`);
        seen.add(line.slice(0, line.lastIndexOf(" ")));
        const family = sample[1]?.replace(/_(bucket|sum|count)$/, "") ?? "";
        assert(types.has(sample[1] ?? "") || types.get(family) === "histogram", line);
        // Runs and workers come and go, and must leave nothing here.
        assertNotMatch(line, /[\da-f]{8}-[\da-f]{4}|w1/);
      }
    }
    for (const [name, type] of types) {
      assertMatch(name, /^(epochql|process)_[a-z_]+$/);
      assertEquals(type === "counter", name.endsWith("_total"), `${name} is a ${type}`);
      if (type === "histogram") assertMatch(name, /_seconds$/);
    }
  });
});
