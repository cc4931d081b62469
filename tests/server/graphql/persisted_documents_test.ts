/** Persisted documents: Apollo Client's hashes, and attempts to abuse them. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { wsClient } from "../../support/clients.ts";
import { assertRefused, statusOf } from "../../support/http.ts";
import { useServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

/** The message by which clients know that they shall send the text. */
const NOT_FOUND = "PersistedQueryNotFound";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const asked = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

describe("documents by their hashes", () => {
  const server = useServer();

  for (const useGETForHashedQueries of [true, false]) {
    const method = useGETForHashedQueries ? "GET" : "POST";
    it(`save Apollo Client the text from the second time on, by ${method}`, async () => {
      const sent: { method: string | undefined; hasText: boolean }[] = [];
      const link = new HttpLink({
        uri: `${server.origin}/graphql`,
        fetch(input, init) {
          const text = init?.method === "POST" ? String(init.body) : new URL(String(input)).search;
          sent.push({ method: init?.method, hasText: text.includes("datasets") });
          return fetch(input, init);
        },
      });
      const client = new ApolloClient({
        cache: new InMemoryCache(),
        link: ApolloLink.from([new PersistedQueryLink({ sha256, useGETForHashedQueries }), link]),
      });
      // A document of this test's own, so that nobody has sent it before.
      const query = gql(`query By${method} { datasets { name } }`);
      for (let time = 0; time < 2; time++) {
        const { data } = await client.query({ query, fetchPolicy: "network-only" });
        assertEquals((data as { datasets: { name: string }[] }).datasets[0]?.name, "mnist");
      }
      assertEquals(sent, [
        { method, hasText: false },
        { method: "POST", hasText: true },
        { method, hasText: false },
      ]);
      client.stop();
    });
  }

  it("are requested by the error that clients know if they are unknown", async () => {
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const status = accept === "application/json" ? 200 : 404;
      const response = server.post(asked(sha256("{ never }")), { accept });
      await assertRefused(response, { status, code: "NOT_FOUND", message: NOT_FOUND });
    }
  });

  it("may be subscriptions", async () => {
    const { id, trainEpoch, complete } = await startRun(server.store);
    await trainEpoch();
    await complete();
    const query = "subscription($id: ID) { epochs(runId: $id) { number } }";
    const follow = async (more: Record<string, unknown>) => {
      const body = { ...asked(sha256(query)), variables: { id }, ...more };
      return await (await server.post(body, { accept: "text/event-stream" })).text();
    };
    const events =
      /event: next\nid: \S+\ndata: {"data":{"epochs":{"number":1}}}\n\nevent: complete/;
    assertMatch(await follow({}), /PersistedQueryNotFound/);
    assertMatch(await follow({ query }), events);
    assertMatch(await follow({}), events);
  });

  it("are not stored under another document's hash", async () => {
    const wanted = "{ datasets { name } } # wanted";
    const forged = { query: "{ recipes { recipe } }", ...asked(sha256(wanted)) };
    await assertRefused(server.post(forged), { code: "BAD_USER_INPUT" });
    await assertRefused(server.post(asked(sha256(wanted))), { message: NOT_FOUND });
  });

  it("are stored only if they are valid", async () => {
    for (const query of ["{ nothing }", "{ datasets {", ""]) {
      await statusOf(server.post({ query, ...asked(sha256(query)) }));
      await assertRefused(server.post(asked(sha256(query))), { message: NOT_FOUND });
    }
  });

  it("execute no mutation by GET", async () => {
    const query = 'mutation { startTraining(input: { name: "by GET" }) { run { id } } }';
    const sent = await server.post({ query, ...asked(sha256(query)) });
    assertEquals((await sent.json()).errors, undefined);
    const extensions = encodeURIComponent(JSON.stringify(asked(sha256(query)).extensions));
    const got = server.get(`/graphql?extensions=${extensions}`, "application/json");
    await assertRefused(got, { status: 405, code: "BAD_USER_INPUT" });
  });

  it("are refused if the hash is invalid", async () => {
    for (const persisted of [asked("x"), asked(3), asked(sha256("{ a }"), 2), asked(null)]) {
      const message = /must have the version 1 and, as sha256Hash, 64 hexadecimal digits/;
      const response = server.post({ query: "{ __typename }", ...persisted });
      await assertRefused(response, { code: "BAD_USER_INPUT", message });
    }
    const body = { query: "{ __typename }", extensions: { persistedQuery: null } };
    assertEquals(await (await server.post(body)).json(), { data: { __typename: "Query" } });
  });

  it("are ignored on a WebSocket", async () => {
    const client = wsClient(server.origin);
    const query = "{ __typename } # by WebSocket";
    for (const persistedQuery of [3, { version: 1, sha256Hash: sha256(query) }]) {
      const { value } = await client.iterate({ query, extensions: { persistedQuery } }).next();
      assertEquals(value, { data: { __typename: "Query" } });
    }
    await client.dispose();
    await assertRefused(server.post(asked(sha256(query))), { message: NOT_FOUND });
  });

  it("are dropped for newer ones", async () => {
    const documents = Array.from(
      { length: 50 },
      (_, place) => `{ __typename } # ${place} ${"x".repeat(90_000)}`,
    );
    for (const query of documents) {
      const response = await server.post({ query, ...asked(sha256(query)) });
      assertEquals((await response.json()).data.__typename, "Query");
    }
    const isKept = async (query: string | undefined) =>
      (await (await server.post(asked(sha256(query ?? "")))).json()).errors === undefined;
    assertEquals(await isKept(documents.at(-1)), true);
    assertEquals(await isKept(documents[0]), false);
    const long = `{ __typename } # ${"x".repeat(200_000)}`;
    await statusOf(server.post({ query: long, ...asked(sha256(long)) }));
    assertEquals(await isKept(long), false);
  });
});
