/** The log from outside: what the server's process and its worker's write, where nothing is traced. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openStore } from "../../../runs/store/open.ts";
import { untilState } from "../../support/until.ts";
import { startOtlpReceiver } from "./otlp_receiver.ts";
import { type Stack, startStack } from "../../support/stack.ts";
import { post } from "../../support/http.ts";

const START = `mutation {
  startTraining(input: { epochs: 1, trainSamples: 320, testSamples: 100 }) { run { id } }
}`;

/** The lines of a log that is JSON. */
function linesOf(text: string) {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

describe("the log", () => {
  it("is JSON where it shall be, and says which run, worker and request a line is about", async () => {
    const receiver = startOtlpReceiver();
    // Where to export to is not that it shall.
    const env = { ...receiver.env, OTEL_DENO: "false", LOG_FORMAT: "json", LOG_LEVEL: "debug" };
    const stack = await startStack(env);
    try {
      const headers = { "x-request-id": "proxy-7:1" };
      const response = await post(stack.origin, { query: START }, headers);
      assertEquals(response.headers.get("x-request-id"), "proxy-7:1");
      const { data } = await response.json();
      const runId = atob(data.startTraining.run.id).replace("Run:", "");
      await completed(stack, runId);

      const [audit, request] = linesOf(await stack.stop())
        .filter(({ properties }) => properties.requestId === "proxy-7:1");
      assertEquals([audit.logger, audit.level], ["epochql.audit", "INFO"]);
      assertEquals(audit.properties.runId, runId);
      assertEquals([request.logger, request.level], ["epochql.server", "DEBUG"]);
      // As on a terminal: names without quotes, also in the middle of it.
      assertMatch(request.message, /^POST \/graphql 200 in [\d.e-]+ s$/);
      assertEquals(audit.message, `local at 127.0.0.1: startTraining of ${runId} by null: OK`);

      const worker = linesOf(await stack.workerLog());
      const ready = worker.find(({ message }) => message.endsWith("is ready."));
      const { workerId } = ready.properties;
      assertMatch(ready.message, new RegExp(RegExp.escape(workerId)));
      const about = worker.filter(({ properties }) => properties.runId === runId);
      assertEquals(about.map(({ message }) => message.replace(/'.*'/, "it")), [
        "Training it.",
        "it is COMPLETED.",
      ]);
      assert(about.every(({ properties }) => properties.workerId === workerId));
      assert(worker.every(({ properties }) => !("trace_id" in properties)));

      const store = await openStore({ home: stack.home });
      const events = await store.read(runId, { afterSeq: 0, limit: 1_000 });
      await store.close();
      assert(events.some(({ type }) => type === "started"));
      assert(events.every((event) => !("traceparent" in event)));
      assertEquals([...receiver.spans, ...receiver.logs], []);
    } finally {
      await stack.remove();
      await receiver.close();
    }
  });

  it("is in words where it shall be, and gives requests without an id a new one", async () => {
    const stack = await startStack({ LOG_FORMAT: "pretty", WORKERS: "0" });
    try {
      const ids = [];
      for (const given of ["", "a b", "x".repeat(101)]) {
        const response = await post(stack.origin, { query: START }, { "x-request-id": given });
        await response.body?.cancel();
        ids.push(response.headers.get("x-request-id") ?? "");
      }
      assert(ids.every((id) => /^[0-9a-f]{8}-[0-9a-z]+$/.test(id)), ids.join());
      assertEquals(new Set(ids).size, 3);
      const lines = (await stack.stop()).trimEnd().split("\n");
      assertMatch(lines[0] ?? "", /audit.*startTraining/);
      assertThrows(() => JSON.parse(lines[0] ?? ""));
    } finally {
      await stack.remove();
    }
  });
});

async function completed(stack: Stack, runId: string): Promise<void> {
  const store = await openStore({ home: stack.home });
  await untilState(store, runId, "COMPLETED");
  await store.close();
}
