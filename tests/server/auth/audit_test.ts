/** The audit log: a line for each mutation and each login, without what was written. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { configureSync, type LogRecord, resetSync } from "@logtape/logtape";
import { createClient } from "graphql-ws";
import { AUDIT_CATEGORY } from "../../../server/observability/log.ts";
import { post } from "../../support/http.ts";
import { startServer } from "../../support/start_server.ts";
import { createRun } from "../../support/written_run.ts";

const READ = "read0read0read0read0";
const ADMIN = "admin0admin0admin0admin0";
const TOKENS = [
  { name: "viewer", scope: "read", secret: READ },
  { name: "alice", scope: "admin", secret: ADMIN },
] as const;

describe("the audit", () => {
  let records: LogRecord[];
  beforeEach(() => {
    records = [];
    configureSync({
      sinks: { kept: (record) => records.push(record) },
      loggers: [
        { category: [...AUDIT_CATEGORY], lowestLevel: "info", sinks: ["kept"] },
        { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
      ],
    });
  });
  afterEach(() => resetSync());

  /** The logged entries, each of a request that has an id. */
  const told = () =>
    records.map(({ properties: { requestId, ...told } }) => {
      assertMatch(String(requestId), /^[0-9a-f]{8}-[0-9a-z]+$/);
      return told;
    });

  it("has every mutation with its client, run and outcome", async () => {
    await using server = await startServer({ tokens: TOKENS });
    const as = (secret: string) => ({ authorization: `Bearer ${secret}` });
    const ask = async (secret: string, query: string, variables = {}) =>
      await (await post(server.origin, { query, variables }, as(secret))).json();

    const start = "mutation Begin { startTraining { run { id } } }";
    const { data: { startTraining: { run } } } = await ask(ADMIN, start);
    const [{ id } = { id: "" }] = (await server.store.list({ first: 1 })).runs;
    const note =
      'mutation($id: ID!) { updateRun(runId: $id, input: { note: "a secret note" }) { run { id } } }';
    await ask(ADMIN, note, run);
    await ask(READ, "mutation Stop($id: ID!) { cancelTraining(runId: $id) { run { id } } }", run);
    await ask(ADMIN, 'mutation { pauseTraining(runId: "nonsense") { run { id } } }');
    await ask(ADMIN, "mutation { startTraining(input: { epochs: 0 }) { run { id } } }");
    await ask(READ, "{ runs { totalCount } }");
    await ask(
      ADMIN,
      "mutation Two($id: ID!) { a: cancelTraining(runId: $id) { run { id } } b: deleteRun(runId: $id) { deletedRunId } }",
      run,
    );

    const alice = { who: "alice", scope: "admin", address: "127.0.0.1" };
    assertEquals(told(), [
      { ...alice, operation: "Begin", field: "startTraining", runId: id, code: "OK" },
      { ...alice, operation: null, field: "updateRun", runId: id, code: "OK" },
      {
        who: "viewer",
        scope: "read",
        address: "127.0.0.1",
        operation: "Stop",
        field: "cancelTraining",
        runId: id,
        code: "FORBIDDEN",
      },
      { ...alice, operation: null, field: "pauseTraining", runId: null, code: "BAD_USER_INPUT" },
      { ...alice, operation: null, field: "startTraining", runId: null, code: "BAD_USER_INPUT" },
      { ...alice, operation: "Two", field: "cancelTraining", runId: id, code: "OK" },
      { ...alice, operation: "Two", field: "deleteRun", runId: id, code: "OK" },
    ]);
    assertNotMatch(JSON.stringify(records), /secret note|read0|admin0/);
  });

  it("has mutations by WebSocket, and clients without a token as local", async () => {
    await using server = await startServer();
    const run = await createRun(server.store);
    const client = createClient({
      url: `${server.origin.replace("http", "ws")}/graphql`,
      retryAttempts: 0,
    });
    const query = `mutation { cancelTraining(runId: "${btoa(`Run:${run.id}`)}") { run { id } } }`;
    await client.iterate({ query }).next();
    await client.dispose();
    assertEquals(told(), [{
      who: "local",
      scope: "admin",
      address: "127.0.0.1",
      operation: null,
      field: "cancelTraining",
      runId: run.id,
      code: "OK",
    }]);
  });

  it("has logins and failed ones, without the token", async () => {
    await using server = await startServer({ tokens: TOKENS });
    const signIn = async (token: string) => {
      const body = new URLSearchParams({ token });
      const url = `${server.origin}/sign-in`;
      await (await fetch(url, { method: "POST", redirect: "manual", body })).body?.cancel();
    };
    const headers = { authorization: "Bearer guess0guess0guess0" };
    await signIn(READ);
    await signIn("guess0guess0guess0");
    await (await fetch(`${server.origin}/metrics`, { headers })).body?.cancel();
    await (await post(server.origin, { query: "{ __typename }" }, headers)).body?.cancel();
    assertEquals(told().map(({ who, path, code }) => ({ who, path, code })), [
      { who: "viewer", path: undefined, code: "OK" },
      { who: null, path: "/sign-in", code: "UNAUTHENTICATED" },
      { who: null, path: "/metrics", code: "UNAUTHENTICATED" },
      { who: null, path: "/graphql", code: "UNAUTHENTICATED" },
    ]);
    assertNotMatch(JSON.stringify(records), /guess0|read0/);
  });

  it("has one line about an address that exceeds the limit of wrong tokens", async () => {
    await using server = await startServer({ tokens: TOKENS });
    const headers = { authorization: "Bearer guess0guess0guess0" };
    let refused = 0;
    while (refused < 30) {
      const response = await post(server.origin, { query: "{ __typename }" }, headers);
      await response.body?.cancel();
      if (response.status === 429) refused++;
    }
    const codes = told().map(({ code }) => code);
    assertEquals(codes.slice(0, 21), [...Array(20).fill("UNAUTHENTICATED"), "RATE_LIMITED"]);
    assert(!codes.slice(21).includes("RATE_LIMITED"));
  });

  it("has the address that the last trusted proxy has seen", async () => {
    const query = 'mutation { cancelTraining(runId: "x") { run { id } } }';
    const addresses = async (proxies: number, forwarded: string) => {
      records = [];
      await using server = await startServer({ proxies });
      await (await post(server.origin, { query }, { "x-forwarded-for": forwarded })).body?.cancel();
      return told().map(({ address }) => address);
    };
    assertEquals(await addresses(0, "6.6.6.6"), ["127.0.0.1"]);
    assertEquals(await addresses(1, "6.6.6.6, 10.0.0.7"), ["10.0.0.7"]);
    assertEquals(await addresses(2, "6.6.6.6, 2001:db8::1, 10.0.0.7"), ["2001:db8::1"]);
    assertEquals(await addresses(1, "<script>"), ["127.0.0.1"]);
    assertEquals(await addresses(3, "10.0.0.7"), ["127.0.0.1"]);
  });
});
