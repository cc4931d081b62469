/** Methods of /graphql: those of GraphQL over HTTP and those of graphql-sse's single connection. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { connectRaw } from "../../support/raw_client.ts";
import { assertRefused, statusOf } from "../../support/http.ts";
import { soon } from "../../support/until.ts";
import { useServer } from "../../support/start_server.ts";

const HAS = "GET, HEAD, POST, PUT, DELETE";

describe("the methods of /graphql", () => {
  const server = useServer();

  const urlOf = (query: string) => `${server.origin}/graphql?query=${encodeURIComponent(query)}`;

  it("are all named in the refusal of another one", async () => {
    for (const method of ["PATCH", "OPTIONS", "QUERY"]) {
      const message = `Cannot ${method} /graphql: the method must be GET, HEAD, POST, PUT or ` +
        `DELETE, got ${method}.`;
      const refusal = { status: 405, code: "BAD_USER_INPUT", message };
      const response = await assertRefused(fetch(server.url, { method }), refusal, method);
      assertEquals(response.headers.get("allow"), HAS);
    }
    for (const method of HAS.split(", ")) {
      assertNotEquals(await statusOf(fetch(server.url, { method })), 405, method);
    }
  });

  it("do not include GET for a mutation", async () => {
    for (const method of ["GET", "HEAD"]) {
      const headers = { accept: "application/json" };
      const query = "mutation { startTraining { run { id } } }";
      const response = await fetch(urlOf(query), { method, headers });
      assertEquals(await statusOf(response), 405, method);
      assertEquals(response.headers.get("allow"), "POST");
    }
  });

  it("include HEAD, which is a GET without its content", async () => {
    const asked: readonly [string, string][] = [
      ["{ __typename }", "application/graphql-response+json"],
      ["{ nothing }", "application/graphql-response+json"],
      ["subscription { runStates { id } }", "text/event-stream"],
      ["subscription { runStates { id } }", "application/json"],
    ];
    for (const [query, accept] of asked) {
      const got = await fetch(urlOf(query), { headers: { accept } });
      const isStream = accept === "text/event-stream";
      const length = isStream ? 0 : (await got.bytes()).length;
      if (isStream) await got.body?.cancel();
      const client = await connectRaw(server.origin);
      const { pathname, search } = new URL(urlOf(query));
      await client.send(
        `HEAD ${pathname}${search} HTTP/1.1\r\nhost: localhost\r\naccept: ${accept}\r\n` +
          "connection: close\r\n\r\n",
      );
      const text = await soon(client.readUntil(/^never$/), "it must be closed");
      client.close();
      assertMatch(text, new RegExp(`^HTTP/1\\.1 ${got.status} `), query);
      assert(text.includes(`content-type: ${got.headers.get("content-type")}\r\n`), text);
      if (!isStream) assert(text.includes(`content-length: ${length}\r\n`), text);
      assertMatch(text, /\r\n\r\n$/, query);
    }
  });

  it("do not open an event stream by HEAD", async () => {
    const token = await (await fetch(server.url, { method: "PUT" })).text();
    const headers = { accept: "text/event-stream", "x-graphql-event-stream-token": token };
    await statusOf(fetch(server.url, { method: "HEAD", headers }));
    assertEquals(await statusOf(fetch(server.url, { headers })), 200);
  });
});
