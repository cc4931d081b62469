/** Evaluations that are asked for over HTTP: who goes away stops them, and too many are refused in plain words. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { createClient } from "graphql-ws";
import type { CheckpointEvaluator } from "../../../runs/reading/checkpoint_evaluator.ts";
import { BusyError } from "../../../runs/reading/work_queue.ts";
import { errorOf, post } from "../../support/http.ts";
import { soon } from "../../support/soon.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

const QUERY = "query ($id: ID!) { run(id: $id) { mistakes { label } } }";
const BUSY = "Cannot evaluate the checkpoint: at most 8 may be under way at a time, got one more.";

describe("an evaluation", () => {
  let server: TestServer;
  let runId: string;
  /** What the evaluator does with an evaluation. */
  let evaluate: CheckpointEvaluator["evaluate"];

  before(async () => {
    const unused = () => Promise.reject(new Error("This is not asked for."));
    server = await startServer({
      datasets: { open: (name, split) => Promise.resolve(testSet(name, split)) },
      evaluator: {
        classify: unused,
        weights: unused,
        evaluate: (...asked) => evaluate(...asked),
        close() {},
      },
    });
    const worker = await startRun(server.store);
    runId = worker.key;
    await worker.trainEpoch();
    await worker.append({
      type: "checkpoint",
      step: 4,
      epoch: 1,
      file: "step-000000004.safetensors",
      bytes: 1,
      sha256: "0f".repeat(32),
      reason: "epoch",
      testAcc: 0.91,
    });
  });
  after(async () => await server[Symbol.asyncDispose]());

  /** Makes evaluations hang until they are told to stop. */
  function hang() {
    const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    evaluate = (_checkpoint, _test, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          stopped.resolve();
          reject(signal.reason);
        });
        begun.resolve();
      });
    return { begun: begun.promise, stopped: stopped.promise };
  }

  const asks: Readonly<Record<string, (signal?: AbortSignal) => Promise<Response>>> = {
    "a query": (signal) =>
      fetch(`${server.origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: QUERY, variables: { id: btoa(`Run:${runId}`) } }),
        ...(signal ? { signal } : {}),
      }),
    "a picture": (signal) =>
      fetch(`${server.origin}/runs/${runId}/confusion.svg`, signal ? { signal } : {}),
  };

  for (const [name, ask] of Object.entries(asks)) {
    it(`is told to stop when the client of ${name} has gone`, async () => {
      const { begun, stopped } = hang();
      const client = new AbortController();
      const answer = ask(client.signal);
      await soon(begun, "the evaluation");
      client.abort(new Error("enough"));
      assertMatch(String(await assertRejects(() => answer)), /enough/);
      await soon(stopped, "its end");
    });
  }

  it("is told to stop when the client of a WebSocket has gone", async () => {
    const { begun, stopped } = hang();
    const client = createClient({ url: `${server.origin.replace("http", "ws")}/graphql` });
    client.subscribe({ query: QUERY, variables: { id: btoa(`Run:${runId}`) } }, {
      next() {},
      error() {},
      complete() {},
    });
    await soon(begun, "the evaluation");
    client.terminate();
    await soon(stopped, "its end");
  });

  it("is refused when there are too many, and names the limit", async () => {
    evaluate = () => Promise.reject(new BusyError(BUSY));
    const query = await post(server.origin, {
      query: QUERY,
      variables: { id: btoa(`Run:${runId}`) },
    });
    assertEquals(await errorOf(query), { message: BUSY, code: "UNAVAILABLE" });
    const picture = await fetch(`${server.origin}/runs/${runId}/confusion.png`);
    assertEquals(picture.status, 503);
    assertEquals(await errorOf(picture), { message: BUSY, code: "UNAVAILABLE" });
  });
});

/** As many samples as the run is tested on. */
function testSet(name: string, split: "train" | "test") {
  return {
    name,
    split,
    count: 64,
    images: new Uint8Array(64 * 4),
    labels: new Uint8Array(64),
    imageShape: [2, 2, 1] as const,
    classes: [..."0123456789"],
  };
}
