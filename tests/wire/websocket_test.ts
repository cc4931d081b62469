/** WebSockets with graphql-transport-ws: authentication, codes of their close, and clients that do not read. */
import { assertEquals, assertMatch, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { wsClient } from "../support/clients.ts";
import { bearer, cookieOf, signIn } from "../support/http.ts";
import { connectAcknowledged, connectRawSocket, sendSubscribe } from "../support/raw_client.ts";
import { until } from "../support/until.ts";
import { startServer, useServer } from "../support/start_server.ts";
import { createTicks } from "./ticks_schema.ts";
import { stopsGrowing } from "./unread.ts";

const TOKEN = "correct-horse-battery-staple";

describe("a WebSocket of a server with a token", () => {
  const server = useServer({ token: TOKEN });
  const ask = { query: "{ __typename }" };

  const params: Readonly<Record<string, readonly [Record<string, unknown> | undefined, boolean]>> =
    {
      "the token": [bearer(TOKEN), true],
      "the token in a capitalised name": [{ Authorization: `Bearer ${TOKEN}` }, true],
      "another token": [bearer("wrong"), false],
      "a number in place of the token": [{ authorization: 3 }, false],
      "no parameters": [undefined, false],
    };
  for (const [what, [connectionParams, isAllowed]] of Object.entries(params)) {
    it(`is ${isAllowed ? "acknowledged" : "closed with 4401"} for ${what}`, async () => {
      const client = wsClient(server.origin, connectionParams ? { connectionParams } : {});
      const answer = client.iterate(ask).next();
      if (isAllowed) {
        assertEquals((await answer).value, { data: { __typename: "Query" } });
      } else {
        const { code, reason } = await answer.then(() => fail("It was acknowledged."), (e) => e);
        assertEquals(code, 4401);
        assertMatch(reason, /^UNAUTHENTICATED: connectionParams.authorization must be/);
      }
      await client.dispose();
    });
  }

  it("is acknowledged for a browser that has signed in", async () => {
    const cookie = cookieOf(await signIn(server.origin, TOKEN));
    using _client = await connectAcknowledged(server.origin, { cookie });
  });
});

describe("a WebSocket", () => {
  const server = useServer();
  const WS = "graphql-transport-ws";

  const violations: Readonly<
    Record<string, readonly [string[], string | Uint8Array<ArrayBuffer>, number]>
  > = {
    "an operation of the new protocol in the old one": [
      ["graphql-ws"],
      '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}',
      4400,
    ],
    "an operation of the old protocol in the new one": [
      [WS],
      '{"type":"start","id":"1","payload":{"query":"{a}"}}',
      4400,
    ],
    "an operation of the old protocol before connection_init": [
      ["graphql-ws"],
      '{"type":"start","id":"1","payload":{"query":"{a}"}}',
      4401,
    ],
    "the end of the old protocol": [["graphql-ws"], '{"type":"connection_terminate"}', 1000],
    "another protocol": [["soap"], "", 4406],
    "no protocol": [[], "", 4406],
    "a message that is not JSON": [[WS], "nonsense", 4400],
    "a message of the server": [[WS], '{"type":"connection_ack"}', 4400],
    "a result": [[WS], '{"type":"next","id":"1","payload":{}}', 4400],
    "an operation before connection_init": [
      [WS],
      '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}',
      4401,
    ],
    "a message that is too large": [[WS], "x".repeat(1_100_000), 1009],
    "a binary message": [[WS], new Uint8Array(3), 1003],
  };
  for (const [what, [protocols, message, code]] of Object.entries(violations)) {
    it(`is closed with ${code} for ${what}`, async () => {
      const socket = new WebSocket(server.socketUrl, protocols);
      const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
      socket.onopen = () => message.length > 0 && socket.send(message);
      assertEquals((await closed).code, code);
    });
  }

  it("is refused in another version, and another upgrade is ignored", async () => {
    using old = await connectRawSocket(server.origin, { "sec-websocket-version": "8" });
    assertMatch(await old.readUntil(/\r\n\r\n/), /^HTTP\/1\.1 426 /);
    // RFC 9110, 7.8: an upgrade that a server does not know may be ignored.
    const headers = { upgrade: "h2c", accept: "application/json" };
    using other = await connectRawSocket(server.origin, headers);
    assertMatch(await other.readUntil(/\r\n\r\n/), /^HTTP\/1\.1 200 /);
  });

  it("waits for a client that does not read, while others are served", async () => {
    const { schema, ticks, open } = createTicks();
    await using server = await startServer({ schema });
    using stalled = await connectAcknowledged(server.origin);
    await sendSubscribe(stalled, { query: "subscription { texts }" });
    await stopsGrowing(ticks);

    const other = wsClient(server.origin);
    const results = other.iterate({ query: "subscription { ticks(to: 20) }" });
    assertEquals((await Array.fromAsync(results)).length, 20);
    stalled.close();
    await until("the subscription ends with its client", () => open() === 0);
    await other.dispose();
  });
});
