/** Methods of /graphql: those of GraphQL over HTTP and those of graphql-sse's single connection. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { connectRaw } from "../../support/raw_client.ts";
import { errorOf } from "../../support/http.ts";
import { soon } from "../../support/until.ts";
import { useServer } from "../../support/start_server.ts";

const HAS = "GET, HEAD, POST, PUT, DELETE";

describe("the methods of /graphql", () => {
  const server = useServer();

  const urlOf = (query: string) => `${server.origin}/graphql?query=${encodeURIComponent(query)}`;

  it("are all named in the refusal of another one", async () => {
    for (const method of ["PATCH", "OPTIONS", "QUERY"]) {
      const response = await fetch(`${server.origin}/graphql`, { method });
      assertEquals(response.status, 405, method);
      assertEquals(response.headers.get("allow"), HAS);
      assertEquals(await errorOf(response), {
        code: "BAD_USER_INPUT",
        message: `Cannot ${method} /graphql: the method must be GET, HEAD, POST, PUT or DELETE, ` +
          `got ${method}.`,
      });
    }
    for (const method of HAS.split(", ")) {
      const response = await fetch(`${server.origin}/graphql`, { method });
      await response.body?.cancel();
      assertNotEquals(response.status, 405, method);
    }
  });

  it("do not include GET for a mutation", async () => {
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(urlOf("mutation { startTraining { run { id } } }"), {
        method,
        headers: { accept: "application/json" },
      });
      await response.body?.cancel();
      assertEquals(response.status, 405, method);
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
    const reserved = await fetch(`${server.origin}/graphql`, { method: "PUT" });
    const headers = {
      accept: "text/event-stream",
      "x-graphql-event-stream-token": await reserved.text(),
    };
    const head = await fetch(`${server.origin}/graphql`, { method: "HEAD", headers });
    await head.body?.cancel();
    const opened = await fetch(`${server.origin}/graphql`, { headers });
    assertEquals(opened.status, 200);
    await opened.body?.cancel();
  });
});
