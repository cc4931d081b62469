/** Scopes: every root field declares one, and every way to show a token grants that token's scope. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStrictEquals,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type ExecutionResult, graphql, parse, subscribe } from "graphql";
import { createClient as createSseClient } from "graphql-sse";
import { declaredScope, type Scope, SCOPES } from "../../../schema/base/access.ts";
import { createApiSchema } from "../../../resolvers/api_schema.ts";
import { wsClient } from "../../support/clients.ts";
import { bearer, cookieOf, signIn } from "../../support/http.ts";
import { startServer, useServer } from "../../support/start_server.ts";
import { createRun } from "../../support/written_run.ts";

const SECRETS: Readonly<Record<Scope, string>> = {
  read: "read0read0read0read0",
  write: "write0write0write0write0",
  admin: "admin0admin0admin0admin0",
};
const NAMES: Readonly<Record<Scope, string>> = { read: "reader", write: "writer", admin: "boss" };
const TOKENS = SCOPES.map((scope) => ({ name: NAMES[scope], scope, secret: SECRETS[scope] }));
const VIEWER = "{ viewer { name scope } }";

describe("the schema", () => {
  const schema = createApiSchema();

  it("declares for every root field which scope it needs", () => {
    const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const needs: Record<string, Scope | undefined> = {};
    assertEquals(types.filter(Boolean).length, 3);
    for (const type of types) {
      if (!type) continue;
      for (const [name, { extensions }] of Object.entries(type.getFields())) {
        const scope = declaredScope(extensions);
        assert(scope, `${type.name}.${name} must declare one: authScopes: { read: true }`);
        needs[name] = scope;
        if (type.name === "Mutation") assertNotEquals(scope, "read", name);
        // Addresses of webhooks often hold secrets of their receivers.
        else assertEquals(scope, name === "webhooks" ? "admin" : "read", name);
      }
    }
    assertEquals(needs.deleteRun, "admin");
    assertEquals(needs.startTraining, "write");
  });

  it("allows nothing without a viewer", async () => {
    await using server = await startServer();
    // As a caller in JavaScript may do it; the types do not let one.
    const contextValue = { store: server.store };
    for (const source of ["{ runs { totalCount } }", "mutation { startTraining { run { id } } }"]) {
      const { errors, data } = await graphql({ schema, source, contextValue });
      assertEquals(errors?.[0]?.extensions.code, "FORBIDDEN");
      assertEquals(data, null);
    }
    const document = parse("subscription { runStates { id } }");
    const result = await subscribe({ schema, document, contextValue }) as ExecutionResult;
    assertEquals(result.errors?.[0]?.extensions.code, "FORBIDDEN");
    assertEquals((await server.store.list({ first: 1 })).totalCount, 0);
  });
});

describe("a server without tokens", () => {
  it("lets every client on this machine do everything", async () => {
    await using server = await startServer();
    const { viewer } = await server.ask(VIEWER);
    assertEquals(viewer, { name: "local", scope: "ADMIN" });
  });
});

describe("a server with tokens of every scope", () => {
  const server = useServer({ tokens: TOKENS });

  const headersOf = (scope: Scope) => bearer(SECRETS[scope]);
  const askAs = async (scope: Scope, query: string, variables: Record<string, unknown> = {}) =>
    await (await server.post({ query, variables }, headersOf(scope))).json();
  const viewerOf = (scope: Scope) => ({ name: NAMES[scope], scope: scope.toUpperCase() });

  it("grants the scope of a token in the header", async () => {
    for (const scope of SCOPES) {
      assertEquals((await askAs(scope, VIEWER)).data.viewer, viewerOf(scope));
    }
  });

  it("allows a token what its scope includes, and names the scope that is missing", async () => {
    const start = "mutation { startTraining { run { id name } } }";
    const { data, errors } = await askAs("read", start);
    assertEquals([data, errors.length, errors[0].extensions.code], [null, 1, "FORBIDDEN"]);
    assertEquals(
      errors[0].message,
      "Cannot answer startTraining: the scope must be 'write' or more, got 'read' of the token 'reader'.",
    );
    const { startTraining: { run } } = (await askAs("write", start)).data;
    const read = await askAs("read", `{ run(id: "${run.id}") { name } }`);
    assertEquals(read.data.run, { name: run.name });

    const cancel = "mutation($id: ID!) { cancelTraining(runId: $id) { run { state } } }";
    const remove = "mutation($id: ID!) { deleteRun(runId: $id) { deletedRunId } }";
    assertEquals((await askAs("read", cancel, run)).errors[0].extensions.code, "FORBIDDEN");
    assertEquals((await askAs("write", cancel, run)).data.cancelTraining.run.state, "CANCELLED");
    const refused = await askAs("write", remove, run);
    assertMatch(refused.errors[0].message, /'admin' or more, got 'write' of the token 'writer'\.$/);
    assertStrictEquals((await askAs("admin", remove, run)).data.deleteRun.deletedRunId, run.id);
  });

  it("refuses a mutation behind an alias, a fragment or a second field", async () => {
    const query = `mutation {
      a: startTraining { run { id } }
      ...F
    }
    fragment F on Mutation { b: startTraining { run { id } } }`;
    const before = await server.store.list({ first: 1 });
    const { data, errors } = await askAs("read", query);
    assertEquals(data, null);
    assertEquals(errors[0].extensions.code, "FORBIDDEN");
    assertEquals((await server.store.list({ first: 1 })).totalCount, before.totalCount);
  });

  it("grants the scope of a token in a WebSocket's connectionParams", async () => {
    for (const scope of SCOPES) {
      const client = wsClient(server.origin, { connectionParams: headersOf(scope) });
      const viewer = await client.iterate({ query: VIEWER }).next();
      assertEquals(viewer.value.data, { viewer: viewerOf(scope) });
      const start = "mutation { startTraining { run { state } } }";
      const { value } = await client.iterate({ query: start }).next();
      if (scope === "read") assertEquals(value.errors[0].extensions.code, "FORBIDDEN");
      else assertEquals(value.data, { startTraining: { run: { state: "QUEUED" } } });
      await client.dispose();
    }
  });

  it("lets a token with the scope read follow runs", async () => {
    const run = await createRun(server.store);
    const query = "subscription { runStates { name } }";
    const sse = createSseClient({ url: server.url, headers: headersOf("read"), retryAttempts: 0 });
    const heard = sse.iterate<{ runStates: { name: string } }>({ query });
    const names: (string | undefined)[] = [];
    while (!names.includes(run.name)) names.push((await heard.next()).value?.data?.runStates.name);
    await heard.return?.();
    sse.dispose();
  });

  it("grants a session the scope of the token that it was opened with", async () => {
    for (const scope of SCOPES) {
      const response = await signIn(server.origin, SECRETS[scope]);
      await response.body?.cancel();
      const { viewer } = await server.ask(VIEWER, {}, { cookie: cookieOf(response) });
      assertEquals(viewer, viewerOf(scope));
    }
  });

  it("refuses a token in a URL, right or wrong, under any name", async () => {
    const searches = [
      ...["token=x", "access_token=x", "Authorization=Bearer%20x", "EPOCHQL_TOKEN=x", "api-key=x"],
      `t=${SECRETS.read}`,
      `query={__typename}&x=${encodeURIComponent(SECRETS.admin)}`,
    ];
    for (const path of ["/graphql", "/", "/metrics", "/runs/x/log.ndjson", "/sign-in"]) {
      for (const search of searches) {
        const response = await server.get(`${path}?${search}`, { headers: headersOf("admin") });
        assertEquals(response.status, 400, `${path}?${search}`);
        const text = await response.text();
        assertMatch(text, /the token must be in the header .*, got it in the URL/);
        for (const secret of Object.values(SECRETS)) assert(!text.includes(secret));
      }
    }
  });
});
