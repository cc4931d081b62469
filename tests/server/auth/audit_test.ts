/** The audit log: a line for each mutation and each login, without what was written. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createClient } from "graphql-ws";
import { AUDIT_CATEGORY } from "../../../server/observability/log.ts";
import { bearer, signIn, statusOf } from "../../support/http.ts";
import { keepLog } from "../../support/kept_log.ts";
import { startServer } from "../../support/start_server.ts";
import { createRun } from "../../support/written_run.ts";

const READ = "read0read0read0read0";
const ADMIN = "admin0admin0admin0admin0";
const TOKENS = [
  { name: "viewer", scope: "read", secret: READ },
  { name: "alice", scope: "admin", secret: ADMIN },
] as const;

describe("the audit", () => {
  const log = keepLog("info", AUDIT_CATEGORY);

  /** The logged entries, each of a request that has an id. */
  const told = () =>
    log.records.map(({ properties: { requestId, ...told } }) => {
      assertMatch(String(requestId), /^[0-9a-f]{8}-[0-9a-z]+$/);
      return told;
    });

  it("has every mutation with its client, run and outcome", async () => {
    await using server = await startServer({ tokens: TOKENS });
    const ask = async (secret: string, query: string, variables = {}) =>
      await (await server.post({ query, variables }, bearer(secret))).json();

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
        ...{ ...alice, who: "viewer", scope: "read", operation: "Stop", field: "cancelTraining" },
        ...{ runId: id, code: "FORBIDDEN" },
      },
      { ...alice, operation: null, field: "pauseTraining", runId: null, code: "BAD_USER_INPUT" },
      { ...alice, operation: null, field: "startTraining", runId: null, code: "BAD_USER_INPUT" },
      { ...alice, operation: "Two", field: "cancelTraining", runId: id, code: "OK" },
      { ...alice, operation: "Two", field: "deleteRun", runId: id, code: "OK" },
    ]);
    assertNotMatch(JSON.stringify(log.records), /secret note|read0|admin0/);
  });

  it("has mutations by WebSocket, and clients without a token as local", async () => {
    await using server = await startServer();
    const run = await createRun(server.store);
    const client = createClient({ url: server.socketUrl, retryAttempts: 0 });
    const query = `mutation { cancelTraining(runId: "${btoa(`Run:${run.id}`)}") { run { id } } }`;
    await client.iterate({ query }).next();
    await client.dispose();
    assertEquals(told(), [{
      ...{ who: "local", scope: "admin", address: "127.0.0.1", operation: null },
      ...{ field: "cancelTraining", runId: run.id, code: "OK" },
    }]);
  });

  it("has logins and failed ones, without the token", async () => {
    await using server = await startServer({ tokens: TOKENS });
    const headers = bearer("guess0guess0guess0");
    await statusOf(signIn(server.origin, READ));
    await statusOf(signIn(server.origin, "guess0guess0guess0"));
    await statusOf(server.get("/metrics", { headers }));
    await statusOf(server.post({ query: "{ __typename }" }, headers));
    assertEquals(told().map(({ who, path, code }) => ({ who, path, code })), [
      { who: "viewer", path: undefined, code: "OK" },
      { who: null, path: "/sign-in", code: "UNAUTHENTICATED" },
      { who: null, path: "/metrics", code: "UNAUTHENTICATED" },
      { who: null, path: "/graphql", code: "UNAUTHENTICATED" },
    ]);
    assertNotMatch(JSON.stringify(log.records), /guess0|read0/);
  });

  it("has one line about an address that exceeds the limit of wrong tokens", async () => {
    await using server = await startServer({ tokens: TOKENS });
    const guess = () => server.post({ query: "{ __typename }" }, bearer("guess0guess0guess0"));
    for (let refused = 0; refused < 30;) if (await statusOf(guess()) === 429) refused++;
    const codes = told().map(({ code }) => code);
    assertEquals(codes.slice(0, 21), [...Array(20).fill("UNAUTHENTICATED"), "RATE_LIMITED"]);
    assert(!codes.slice(21).includes("RATE_LIMITED"));
  });

  it("has the address that the last trusted proxy has seen", async () => {
    const query = 'mutation { cancelTraining(runId: "x") { run { id } } }';
    const addresses = async (proxies: number, forwarded: string) => {
      const { length } = log.records;
      await using server = await startServer({ proxies });
      await statusOf(server.post({ query }, { "x-forwarded-for": forwarded }));
      return told().slice(length).map(({ address }) => address);
    };
    assertEquals(await addresses(0, "6.6.6.6"), ["127.0.0.1"]);
    assertEquals(await addresses(1, "6.6.6.6, 10.0.0.7"), ["10.0.0.7"]);
    assertEquals(await addresses(2, "6.6.6.6, 2001:db8::1, 10.0.0.7"), ["2001:db8::1"]);
    assertEquals(await addresses(1, "<script>"), ["127.0.0.1"]);
    assertEquals(await addresses(3, "10.0.0.7"), ["127.0.0.1"]);
  });
});
