/** Plain queries: which requests are some, and that they are answered as all others are. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import type { DocumentNode } from "graphql";
import { createSchema, createYoga } from "graphql-yoga";
import { DEFAULT_LIMITS } from "../../../config/limits.ts";
import type { Yoga } from "../../../server/graphql/context.ts";
import { createDocumentCache } from "../../../server/graphql/document_cache.ts";
import { createPlainQueries } from "../../../server/graphql/plain_queries.ts";
import { readJsonBody } from "../../../server/http/json_body.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

const JSON_TYPE = "application/json";

describe("a plain query", () => {
  const server = useServer();
  let id = "";
  before(async () => {
    const run = await startRun(server.store);
    await run.trainEpoch();
    id = run.id;
  });

  /** Sends a request; returns all of the answer but its own id and time. */
  async function ask(params: object, contentType: string, accept: string) {
    const response = await fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": contentType, accept },
      body: JSON.stringify(params),
    });
    const headers = Object.fromEntries(response.headers);
    for (const name of ["date", "x-request-id"]) {
      assertNotEquals(headers[name], undefined);
      delete headers[name];
    }
    return { status: response.status, headers, body: await response.text() };
  }

  const cases: Readonly<Record<string, () => object>> = {
    "has a result": () => ({ query: "{ runs(first: 1) { nodes { id name } } }" }),
    "has variables": () => ({
      query: "query ($id: ID!) { run(id: $id) { name } }",
      variables: { id },
    }),
    "has an operation's name": () => ({
      query: "query A { __typename } query B { datasets { name } }",
      operationName: "B",
    }),
    "names no operation of several": () => ({
      query: "query A { __typename } query B { datasets { name } }",
    }),
    "has a fragment": () => ({
      query: "{ datasets { ...D } } fragment D on Dataset { name }",
      variables: null,
    }),
    "lacks a variable": () => ({ query: "query ($id: ID!) { run(id: $id) { name } }" }),
    "has a variable of another type": () => ({
      query: "query ($first: Int) { runs(first: $first) { nodes { id } } }",
      variables: { first: "five" },
    }),
    "breaks a rule of an argument": () => ({
      query: "query ($first: Int) { runs(first: $first) { nodes { id } } }",
      variables: { first: -1 },
    }),
    "finds nothing": () => ({
      query: "query ($id: ID!) { run(id: $id) { name } }",
      variables: { id: btoa("Run:nothing") },
    }),
    "costs too much": () => ({
      query: "query ($first: Int) { runs(first: $first) " +
        "{ nodes { a: events(first: $first) { nodes { seq } } } } }",
      variables: { first: 1000 },
    }),
  };
  for (const [name, params] of Object.entries(cases)) {
    for (const accept of [JSON_TYPE, "application/graphql-response+json", "*/*"]) {
      it(`that ${name} is answered as others are, for a client that accepts ${accept}`, async () => {
        // Not written as most clients do, so that it is no plain query.
        const other = await ask(params(), "application/json; charset=UTF-8", accept);
        assertEquals(await ask(params(), JSON_TYPE, accept), other);
        assertEquals(await ask(params(), JSON_TYPE, accept), other);
      });
    }
  }
});

describe("createPlainQueries()", () => {
  const documents = createDocumentCache<DocumentNode>();
  const queries = createPlainQueries({ readBody: readJsonBody, documents, limits: DEFAULT_LIMITS });
  const yoga = createYoga({
    logging: false,
    parserAndValidationCache: { documentCache: documents },
    schema: createSchema({
      typeDefs: "type Query { a: Int } type Mutation { a: Int } type Subscription { a: Int }",
    }),
    plugins: [queries.plugin],
  });
  const request = (params: object, change: { method?: string; accept?: string } = {}) => {
    const { method = "POST", accept = JSON_TYPE } = change;
    const headers = { "content-type": JSON_TYPE, accept };
    return new Request("http://localhost/graphql", {
      headers,
      method,
      body: method === "POST" ? JSON.stringify(params) : null,
    });
  };
  const respond = (asked: Request) => queries.respond(asked, yoga as unknown as Yoga);

  it("responds to a query from the second time on", async () => {
    const query = "{ a }";
    assertEquals(await respond(request({ query })), undefined);
    await (await yoga.fetch(request({ query }))).body?.cancel();
    const response = await respond(request({ query }));
    assertEquals(await response?.json(), { data: { a: null } });
  });

  const others: Readonly<Record<string, [object, { method?: string; accept?: string }?]>> = {
    "a mutation": [{ query: "mutation { a }" }],
    "a document with a mutation": [{
      query: "query A { a } mutation B { a }",
      operationName: "A",
    }],
    "a request with extensions": [{ query: "{ a }", extensions: {} }],
    "a request with unknown parameters": [{ query: "{ a }", more: 1 }],
    "a list of variables": [{ query: "{ a }", variables: [] }],
    "a list of operations": [[{ query: "{ a }" }]],
    "a GET": [{ query: "{ a }" }, { method: "GET" }],
    "a client of events": [{ query: "{ a }" }, { accept: "text/event-stream" }],
    "a client of parts": [{ query: "{ a }" }, { accept: "multipart/mixed, application/json" }],
  };
  for (const [name, [params, change]] of Object.entries(others)) {
    it(`leaves ${name} to Yoga`, async () => {
      for (const known of [params, { query: "{ a }" }]) {
        await (await yoga.fetch(request(known))).body?.cancel();
      }
      assertEquals(await respond(request(params, change)), undefined);
    });
  }
});
