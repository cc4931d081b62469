/**
 * Traces from outside: the server and its worker as processes of their own, with the permissions that they are given,
 * export to a collector what happened between a client's request and the last epoch.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertStrictEquals,
} from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { slotHolder } from "../../../runs/supervisor/slots.ts";
import { postgresSkipReason, startPostgres } from "../../../tools/postgres_server.ts";
import { childrenOf, temporaryFolder } from "../../../tools/processes.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./otlp_receiver.ts";
import { startProgram } from "../../support/program.ts";
import { type Stack, startLoneWorker, startStack } from "../../support/stack.ts";
import { wsClient } from "../../support/clients.ts";
import { post } from "../../support/http.ts";

const TRAIN = fileURLToPath(new URL("../../../cli/train.ts", import.meta.url));

/** Two epochs of ten steps: a second. */
const TINY = "epochs: 2, trainSamples: 320, testSamples: 100, seed: 1";

const START = `mutation Go($name: String) {
  startTraining(input: { ${TINY}, name: $name, idempotencyKey: "written-into-it" }) { run { id } }
}`;

const CLIENT_TRACE = "0af7651916cd43dd8448eb211c80319c";
const CLIENT_SPAN = "b7ad6b7169203331";

describe("tracing", () => {
  let receiver: OtlpReceiver;
  let stack: Stack;
  before(async () => {
    receiver = startOtlpReceiver();
    stack = await startStack({ ...receiver.env, LOG_FORMAT: "json" });
  });
  after(async () => {
    await stack.remove();
    await receiver.close();
  });

  // What comes back has the shape that the operation asks for.
  // deno-lint-ignore no-explicit-any
  async function ask(query: string, headers: Record<string, string> = {}): Promise<any> {
    return await (await post(stack.origin, { query }, headers)).json();
  }

  /** The span of an operation, by its name. */
  function operation(name: string): Promise<ReceivedSpan> {
    return receiver.span(name, ({ attributes }) => attributes["graphql.operation.name"] === name);
  }

  it("follows a training from the client's request through its mutation to the worker", async () => {
    const body = { query: START, variables: { name: "a secret name" } };
    const traceparent = `00-${CLIENT_TRACE}-${CLIENT_SPAN}-01`;
    const answer = await (await post(stack.origin, body, { traceparent })).json();
    const runId = keyOf(answer.data.startTraining.run.id);

    const isOurs = ({ traceId }: ReceivedSpan) => traceId === CLIENT_TRACE;
    const isOurTrain = (span: ReceivedSpan) => isOurs(span) && span.name === "train";
    const train = await receiver.span("a training", isOurTrain);
    const request = await receiver.span("a request", childOf(CLIENT_SPAN));
    assertEquals(request.name, "POST /graphql");
    assertEquals(request.attributes["http.route"], "/graphql");

    const mutation = await receiver.span("the mutation", childOf(request.spanId));
    assertEquals(mutation.name, "mutation");
    assertEquals(mutation.kind, 2);
    assertEquals(mutation.status.code, 0);
    const { "graphql.document": document, ...attributes } = mutation.attributes;
    assertEquals(attributes, {
      "graphql.operation.type": "mutation",
      "graphql.operation.name": "Go",
      "epochql.run.id": runId,
    });
    assertMatch(String(document), /startTraining\(\s*input: \{ ?epochs: 0, .*idempotencyKey: ""/);

    assertEquals(train.parentSpanId, mutation.spanId);
    assertEquals(train.kind, 5);
    assertEquals(train.status.code, 0);
    assertEquals(train.links, []);
    const { "epochql.worker.id": worker, ...about } = train.attributes;
    assertMatch(String(worker), new RegExp(`^${RegExp.escape(Deno.hostname())}:\\d+:`));
    assertMatch(String(about["epochql.device"]), /^CPU \(/);
    assertMatch(String(about["epochql.engine"]), /^Native /);
    assertEquals({ ...about, "epochql.device": "", "epochql.engine": "" }, {
      "epochql.run.id": runId,
      "epochql.run.attempt": 1,
      "epochql.run.state": "COMPLETED",
      "epochql.recipe": "BASIC_CNN",
      "epochql.dataset": "mnist",
      "epochql.epochs": 2,
      "epochql.batch_size": 32,
      "epochql.device.requested": "AUTO",
      "epochql.steps": 20,
      "epochql.device": "",
      "epochql.engine": "",
    });

    const parts = receiver.spans.filter(childOf(train.spanId))
      .toSorted((a, b) => a.start < b.start ? -1 : 1);
    const names = parts.map(({ name }) => name).filter((name) => name !== "save checkpoint");
    assertEquals(names, ["load", "epoch", "epoch"]);
    assert(parts.some(({ name }) => name === "save checkpoint"));
    for (const part of parts) {
      assertEquals(part.attributes["epochql.run.id"], runId);
      assert(part.start <= part.end && part.end <= train.end, part.name);
    }
    const epochs = parts.filter(({ name }) => name === "epoch").map((epoch) => epoch.attributes);
    assertEquals(epochs.map((epoch) => epoch["epochql.epoch.number"]), [1, 2]);
    assert(epochs.every((epoch) => Number(epoch["epochql.epoch.test_acc"]) > 0));

    const told = receiver.texts.join("\n");
    assertNotMatch(told, /a secret name|written-into-it/);
  });

  it("marks what has failed with its code", async () => {
    await ask("mutation Bad { startTraining(input: { batchSize: 0 }) { run { id } } }");
    const bad = await operation("Bad");
    assertEquals(bad.status.code, 2);
    assertMatch(bad.status.message, /^Cannot train with batchSize 0/);
    assertEquals(bad.attributes["error.type"], "BAD_USER_INPUT");
    assertEquals(bad.events, [{
      name: "exception",
      attributes: { "exception.type": "BAD_USER_INPUT", "exception.message": bad.status.message },
    }]);

    await ask("query Unknown { noSuchField }");
    const unknown = await operation("Unknown");
    assertEquals(unknown.name, "query");
    assertEquals(unknown.attributes["error.type"], "BAD_USER_INPUT");

    await ask("query Broken {");
    const broken = await receiver.span("a broken one", ({ name }) => name === "GraphQL Operation");
    assertMatch(broken.status.message, /^Syntax Error/);

    const nobody = btoa(`Run:${crypto.randomUUID()}`);
    await ask(`mutation Gone { pauseTraining(runId: "${nobody}") { run { id } } }`);
    assertEquals((await operation("Gone")).attributes["error.type"], "NOT_FOUND");
  });

  it("names the run that a query is about", async () => {
    const { data } = await ask(`{ runs(first: 1) { nodes { id } } }`);
    const [{ id }] = data.runs.nodes;
    await ask(`query One { run(id: "${id}") { state } }`);
    assertEquals((await operation("One")).attributes["epochql.run.id"], keyOf(id));
    await ask(`query Many { runs { totalCount } }`);
    assertEquals((await operation("Many")).attributes["epochql.run.id"], undefined);
  });

  it("has a span for each operation of a WebSocket, in the trace that it names", async () => {
    const client = wsClient(stack.origin);
    const traceId = "1af7651916cd43dd8448eb211c80319c";
    const extensions = { traceparent: `00-${traceId}-${CLIENT_SPAN}-01` };
    await client.iterate({ query: "query Named { viewer { name } }", extensions }).next();
    const named = await receiver.span("the query", (span) => span.traceId === traceId);
    assertEquals([named.name, named.parentSpanId], ["query", CLIENT_SPAN]);

    await client.iterate({ query: "query Nameless { viewer { nope } }" }).next().catch(() => {});
    const nameless = await operation("Nameless");
    assertEquals(nameless.parentSpanId, "");
    assertEquals(nameless.status.code, 2);
    const [opened] = nameless.links;
    const upgrade = await receiver.span("the socket", ({ spanId }) => spanId === opened?.spanId);
    assertEquals(upgrade.name, "GET /graphql");

    // Its span has ended although it goes on.
    const states = client.iterate({ query: "subscription Open { runStates { id } }" });
    const next = states.next();
    const open = await operation("Open");
    assertEquals(open.name, "subscription");
    await states.return?.();
    await next;
    await client.dispose();
  });

  it("links a training that goes on after a crash, or is resumed, to the one before", async () => {
    const { data } = await ask(
      "mutation { startTraining(input: { epochs: 10000, trainSamples: 320 }) { run { id } } }",
    );
    const { id } = data.startTraining.run;
    const isOfRun = (span: ReceivedSpan, name: string) =>
      span.name === name && span.attributes["epochql.run.id"] === keyOf(id);
    /** Waits for the span of the training that comes after these. */
    const trains = async (...before: ReceivedSpan[]) => {
      await receiver.span(
        "an epoch",
        (span) =>
          isOfRun(span, "epoch") && !before.some(({ spanId }) => spanId === span.parentSpanId),
      );
    };
    const training = (...before: ReceivedSpan[]) =>
      receiver.span("a training", (span) => isOfRun(span, "train") && !before.includes(span));

    await trains();
    const worker = (await slotHolder(stack.home, 1))?.pid ?? 0;
    for (const trainer of childrenOf(worker)) Deno.kill(trainer, "SIGKILL");
    const crashed = await training();
    assertEquals(crashed.status.code, 2);
    assertMatch(crashed.status.message, /^The trainer died: it was ended by SIGKILL/);
    assertEquals(crashed.attributes["error.type"], "TrainerCrashedError");
    assertEquals(crashed.attributes["epochql.run.state"], "INTERRUPTED");

    await trains(crashed);
    await ask(`mutation { pauseTraining(runId: "${id}") { run { id } } }`);
    const paused = await training(crashed);
    assertEquals(paused.traceId, crashed.traceId);
    assertEquals(paused.parentSpanId, crashed.parentSpanId);
    assertEquals(paused.links.map(({ spanId }) => spanId), [crashed.spanId]);
    assertEquals(paused.attributes["epochql.run.state"], "PAUSED");
    assertEquals(paused.status.code, 0);

    await ask(`mutation Resume { resumeTraining(runId: "${id}") { run { id } } }`);
    await trains(crashed, paused);
    await ask(`mutation { cancelTraining(runId: "${id}") { run { id } } }`);
    const resume = await operation("Resume");
    const resumed = await training(crashed, paused);
    assertNotEquals(resumed.traceId, crashed.traceId);
    assertEquals(resumed.parentSpanId, resume.spanId);
    assertEquals(resumed.links.map(({ spanId }) => spanId), [paused.spanId]);
    assertEquals(resumed.attributes["epochql.run.state"], "CANCELLED");
  });

  it("has a trace for a training without a server", async () => {
    const { end } = startProgram({
      args: [
        ...["-A", TRAIN, "--epochs", "1", "--train-samples", "320", "--test-samples", "100"],
        ...["--batch-size", "64", "--out", `${stack.home}/out`],
      ],
      env: { ...receiver.env, EPOCHQL_HOME: stack.home, DATABASE_URL: "" },
    });
    assertEquals((await end).code, 0);
    const train = await receiver.span(
      "the training",
      ({ name, attributes }) => name === "train" && attributes["epochql.batch_size"] === 64,
    );
    assertEquals(train.parentSpanId, "");
    assertEquals(train.attributes["epochql.run.state"], "COMPLETED");
    const isIn = childOf(train.spanId);
    await receiver.span("its epoch", (span) => span.name === "epoch" && isIn(span));
  });

  it("exports warnings and errors as what they are, and nothing else as an error", async () => {
    const died = await receiver.log("the crash", ({ body }) => body.includes("The trainer died"));
    assertEquals(died.severity, "ERROR");
    assertNotEquals(died.traceId, "");
    assert(!receiver.logs.some(({ body }) => / is ready\.|Training '/.test(body)));
  });

  it("exports what there is when it is stopped", async () => {
    const query = "mutation Last { startTraining(input: { epochs: 10000 }) { run { id } } }";
    const { data } = await ask(query);
    const runId = keyOf(data.startTraining.run.id);
    const isOurs = ({ attributes }: ReceivedSpan) => attributes["epochql.run.id"] === runId;
    await receiver.span("its loading", (span) => span.name === "load" && isOurs(span));
    await stack.stop();
    const train = await receiver.span("it", (span) => span.name === "train" && isOurs(span));
    assertEquals(train.attributes["epochql.run.state"], "INTERRUPTED");
    assertEquals(train.status.code, 0);
  });

  it("names the trace in each line of the log that belongs to one", async () => {
    const lines = (text: string) => text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const [audit] = lines(await stack.stop())
      .filter(({ properties }) => properties.operation === "Go");
    const mutation = await operation("Go");
    assertEquals(audit.properties.trace_id, CLIENT_TRACE);
    assertEquals(audit.properties.span_id, mutation.spanId);

    const died = lines(await stack.workerLog())
      .find(({ message }) => message.includes("The trainer died"));
    const train = receiver.spans.find(({ spanId }) => spanId === died.properties.span_id);
    assertEquals(train?.name, "train");
    assertEquals(train?.traceId, died.properties.trace_id);
    assertStrictEquals(train?.attributes["epochql.run.id"], died.properties.runId);
  });
});

describe("tracing on more than one machine", () => {
  it("follows a training to a worker that shares only the database, whatever clients may name", {
    ignore: postgresSkipReason !== undefined,
  }, async () => {
    const database = await startPostgres();
    using folder = temporaryFolder();
    const receiver = startOtlpReceiver();
    const env = {
      ...receiver.env,
      DATABASE_URL: database.url(),
      EPOCHQL_CHECKPOINTS: folder.path,
      // Nothing that clients say of traces counts.
      OTEL_PROPAGATORS: "none",
    };
    const stack = await startStack({ ...env, WORKERS: "0" });
    const worker = await startLoneWorker(env);
    try {
      const headers = { traceparent: `00-${CLIENT_TRACE}-${CLIENT_SPAN}-01` };
      await (await post(stack.origin, { query: START }, headers)).body?.cancel();
      const train = await receiver.span("the training", ({ name }) => name === "train");
      const mutation = await receiver.span("its mutation", ({ name }) => name === "mutation");
      assertEquals(train.parentSpanId, mutation.spanId);
      assertEquals(train.traceId, mutation.traceId);
      assertNotEquals(train.traceId, CLIENT_TRACE);
      assertEquals(train.attributes["epochql.run.state"], "COMPLETED");
      assertMatch(String(train.attributes["epochql.worker.id"]), new RegExp(`:${worker.pid}:`));
    } finally {
      await worker.remove();
      await stack.remove();
      await database.remove();
      await receiver.close();
    }
  });
});

/** The run's key in the store, by its id in the API. */
function keyOf(id: string): string {
  return atob(id).replace("Run:", "");
}

/** Tells whether a span has this parent. */
function childOf(parent: string): (span: ReceivedSpan) => boolean {
  return ({ parentSpanId }) => parentSpanId === parent;
}
