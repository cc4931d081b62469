/** What orchestrators and Prometheus are told. */
import assert from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { type RunStore, StoreUnavailableError } from "../../runs/store.ts";
import { claimRun, createRun, post, startTestServer, type TestServer } from "./support.ts";

const WORKER = {
  id: "w1",
  host: "here",
  pid: 1,
  version: "0.1.0",
  devices: [],
  runId: null,
  startedAt: "2026-01-01T00:00:00.000Z",
};

describe("health", () => {
  it("is alive as long as it answers", async () => {
    await using server = await startTestServer();
    const response = await fetch(`${server.origin}/healthz`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(await response.json(), { alive: true });
  });

  it("is ready when a worker is alive, and says what is missing until then", async () => {
    const worker: { problem?: string } = {};
    await using server = await startTestServer({ workerProblem: () => worker.problem });
    const ready = async () => {
      const response = await fetch(`${server.origin}/readyz`);
      return [response.status, await response.json()];
    };
    assert.deepEqual(await ready(), [503, {
      ready: false,
      server: "ok",
      store: "ok",
      worker: "no worker is alive; 'deno task worker' starts one",
    }]);
    worker.problem = "it ended with exit code 132";
    assert.equal((await ready())[1].worker, worker.problem);
    await server.store.announce(WORKER);
    assert.deepEqual(await ready(), [200, {
      ready: true,
      server: "ok",
      store: "ok",
      worker: "ok",
    }]);
    await server.store.dismiss(WORKER.id);
    assert.equal((await ready())[0], 503);
  });

  it("is not ready without its store, and says why", async () => {
    await using server = await startTestServer();
    const store: RunStore = {
      ...server.store,
      workers: () => Promise.reject(new StoreUnavailableError("Cannot use it: the disk is full.")),
    };
    await using broken = await startTestServer({ store });
    const response = await fetch(`${broken.origin}/readyz`);
    assert.equal(response.status, 503);
    const { store: said, worker } = await response.json();
    assert.equal(said, "Cannot use it: the disk is full.");
    assert.match(worker, /not known/);
    assert.equal((await fetch(`${broken.origin}/healthz`)).status, 200);
  });
});

describe("metrics", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  /** The samples, by name and labels. */
  async function read(): Promise<Map<string, number>> {
    const response = await fetch(`${server.origin}/metrics`);
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).split("\n").filter((line) => /^[a-z]/.test(line));
    return new Map(lines.map((line): [string, number] => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }));
  }

  it("counts requests by route, method and status", async () => {
    const name = 'epochql_http_requests_total{route="none",method="GET",status="404"}';
    assert.equal((await read()).get(name), undefined);
    await Promise.all([1, 2].map(() => fetch(`${server.origin}/no/${crypto.randomUUID()}`)));
    await fetch(`${server.origin}/no`, { method: "BREW" });
    const metrics = await read();
    assert.equal(metrics.get(name), 2);
    assert.equal(
      metrics.get('epochql_http_requests_total{route="none",method="other",status="404"}'),
      1,
    );
    assert.equal(
      metrics.get('epochql_http_request_duration_seconds_count{route="none"}'),
      3,
    );
  });

  it("counts operations by type and outcome", async () => {
    await post(server.origin, { query: "{ __typename }" });
    await post(server.origin, { query: 'mutation { deleteRun(runId: "x") { deletedRunId } }' });
    const metrics = await read();
    assert.equal(
      metrics.get('epochql_graphql_operations_total{type="query",outcome="ok"}'),
      1,
    );
    assert.equal(
      metrics.get('epochql_graphql_operations_total{type="mutation",outcome="error"}'),
      1,
    );
  });

  it("shows the queue, the runs and the workers as they are", async () => {
    for (let count = 0; count < 3; count++) await createRun(server.store);
    await claimRun(server.store);
    await server.store.announce(WORKER);
    const metrics = await read();
    assert.equal(metrics.get("epochql_queue_length"), 2);
    assert.equal(metrics.get('epochql_runs{state="RUNNING"}'), 1);
    assert.equal(metrics.get("epochql_workers"), 1);
    assert.ok((metrics.get("process_resident_memory_bytes") ?? 0) > 1e7);
  });
});
