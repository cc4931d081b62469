/** Evaluations over HTTP: they stop when their client leaves, and too many are refused. */
import { assertEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { BusyError } from "../../../runs/reading/work_queue.ts";
import { wsClient } from "../../support/clients.ts";
import { smallDatasets } from "../../support/datasets.ts";
import { assertFails } from "../../support/errors.ts";
import { fakeEvaluator } from "../../support/fake_evaluator.ts";
import { assertRefused, errorOf, post } from "../../support/http.ts";
import { soon } from "../../support/until.ts";
import { useServer } from "../../support/start_server.ts";
import { checkpoint, SPEC, startRun, type WrittenRun } from "../../support/written_run.ts";

const QUERY = "query ($id: ID!) { run(id: $id) { mistakes { label } } }";
const BUSY = "Cannot evaluate the checkpoint: at most 8 may be under way at a time, got one more.";

describe("an evaluation", () => {
  const evaluator = fakeEvaluator();
  const server = useServer({ evaluator, datasets: smallDatasets(SPEC.testSamples) });
  let run: WrittenRun;
  const request = () => ({ query: QUERY, variables: { id: run.id } });
  before(async () => {
    run = await startRun(server.store);
    await run.trainEpoch();
    await run.append(checkpoint(1, 4));
  });

  /** Makes evaluations hang until their signal fires. */
  function hang() {
    const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    evaluator.use((_checkpoint, _test, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          stopped.resolve();
          reject(signal.reason);
        });
        begun.resolve();
      })
    );
    return { begun: begun.promise, stopped: stopped.promise };
  }

  const asks: Readonly<Record<string, (signal: AbortSignal) => Promise<Response>>> = {
    "a query": (signal) => post(server.origin, request(), {}, signal),
    "a picture": (signal) => server.get(`/runs/${run.key}/confusion.svg`, { signal }),
  };
  for (const [name, ask] of Object.entries(asks)) {
    it(`is stopped when the client of ${name} leaves`, async () => {
      const { begun, stopped } = hang();
      const client = new AbortController();
      const answer = ask(client.signal);
      await soon(begun, "the evaluation must begin");
      client.abort(new Error("enough"));
      await assertFails(answer, /enough/);
      await soon(stopped, "it must stop");
    });
  }

  it("is stopped when the client of a WebSocket leaves", async () => {
    const { begun, stopped } = hang();
    const client = wsClient(server.origin);
    client.subscribe(request(), { next() {}, error() {}, complete() {} });
    await soon(begun, "the evaluation must begin");
    client.terminate();
    await soon(stopped, "it must stop");
  });

  it("is refused if there are too many, with the limit", async () => {
    evaluator.use(() => Promise.reject(new BusyError(BUSY)));
    const busy = { message: BUSY, code: "UNAVAILABLE" };
    assertEquals(await errorOf(server.post(request())), busy);
    const picture = server.get(`/runs/${run.key}/confusion.png`);
    await assertRefused(picture, { status: 503, ...busy });
  });
});
