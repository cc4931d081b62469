/**
 * Limits on wrong tokens: an address that shows too many is slowed down, and a right token is accepted all the same.
 */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { wsClient } from "../../support/clients.ts";
import {
  assertRefused,
  bearer,
  cookieOf,
  type Headers,
  signIn,
  statusOf,
} from "../../support/http.ts";
import { closeIn, connectRawSocket, sendMessage } from "../../support/raw_client.ts";
import { startServer } from "../../support/start_server.ts";
import { sessionCookie } from "../../../server/auth/session.ts";

const TOKEN = "right0right0right0right0";
const [RIGHT, WRONG] = [bearer(TOKEN), bearer("wrong0wrong0wrong0wrong0")];
const QUERY = { query: "{ __typename }" };
const RULE =
  /an address must show at most 20 wrong tokens a minute, got more\. Try again in [1-3] s\./;

/** Starts a server that takes the address from a header, as behind a proxy. */
const start = () => startServer({ token: TOKEN, proxies: 1 });
const from = (address: string) => ({ "x-forwarded-for": address });
const HERE = from("10.0.0.1");

/** Opens a socket with headers and parameters; returns its close, or 'acknowledged'. */
async function connect(origin: string, headers: Headers, payload?: Headers): Promise<string> {
  using client = await connectRawSocket(origin, headers);
  await sendMessage(client, { type: "connection_init", payload });
  const answer = await client.read() ?? new Uint8Array();
  return new TextDecoder().decode(answer).includes("connection_ack")
    ? "acknowledged"
    : closeIn(answer);
}

describe("wrong tokens", () => {
  it("in headers are refused with 401 20 times a minute for each address, by every route", async () => {
    await using server = await start();
    const paths = ["/graphql?query={__typename}", "/metrics", "/runs/x/log.ndjson", "/"];
    const ask = (path: string, address: Headers) =>
      statusOf(server.get(path, { headers: { ...WRONG, ...address }, redirect: "manual" }));
    for (let count = 0; count < 20; count++) {
      assertEquals(await ask(paths[count % paths.length] ?? "", HERE), 401);
    }
    for (const path of paths) {
      assertEquals(await ask(path, HERE), 429, path);
      assertEquals(await ask(path, from("10.0.0.2")), 401, path);
    }
    const asked = server.post(QUERY, { ...WRONG, ...HERE });
    const refusal = { status: 429, code: "RATE_LIMITED", message: RULE };
    const refused = await assertRefused(asked, refusal);
    assertMatch(refused.headers.get("retry-after") ?? "", /^[1-3]$/);
  });

  it("are counted together for headers, sessions, the sign-in form and WebSockets", async () => {
    await using server = await start();
    const { origin } = server;
    const end = Math.ceil(Date.now() / 1000) + 1000;
    const session = { cookie: `${sessionCookie(TOKEN)}=${end}.${"0".repeat(64)}`, ...HERE };
    for (let count = 0; count < 4; count++) {
      assertEquals(await statusOf(server.post(QUERY, { ...WRONG, ...HERE })), 401);
      assertEquals(await statusOf(server.post(QUERY, session)), 401);
      assertEquals(await statusOf(signIn(origin, `guess${count}`, HERE)), 401);
      assertMatch(await connect(origin, HERE, WRONG), /^4401 /);
      assertMatch(await connect(origin, { ...WRONG, ...HERE }), /^4401 /);
    }
    assertEquals(await statusOf(server.post(QUERY, { ...WRONG, ...HERE })), 429);
    assertEquals(await statusOf(server.post(QUERY, session)), 429);
    for (const close of [await connect(origin, HERE, WRONG), await connect(origin, session)]) {
      assertMatch(close, /^4429 RATE_LIMITED: /);
      assertMatch(close, RULE);
    }
    const form = await signIn(origin, "guess", HERE);
    assertEquals([form.status, form.headers.get("set-cookie")], [429, null]);
    assertMatch(form.headers.get("retry-after") ?? "", /^[1-3]$/);
    assertMatch(await form.text(), RULE);
  });

  it("do not keep out a client with a right one behind the same address", async () => {
    await using server = await start();
    const { origin } = server;
    let status = 0;
    while (status !== 429) status = await statusOf(server.post(QUERY, { ...WRONG, ...HERE }));
    for (let count = 0; count < 25; count++) {
      assertEquals(await statusOf(server.post(QUERY, { ...RIGHT, ...HERE })), 200);
    }
    const signedIn = await signIn(origin, TOKEN, HERE);
    assertEquals(await statusOf(signedIn), 303);
    const session = { cookie: cookieOf(signedIn), ...HERE };
    assertEquals(await statusOf(server.get("/metrics", { headers: session })), 200);
    const shown: readonly (readonly [Headers, Headers?])[] = [
      [{ ...RIGHT, ...HERE }],
      [session],
      [HERE, RIGHT],
      // The header may be a proxy's own.
      [{ ...WRONG, ...HERE }, RIGHT],
    ];
    for (const [headers, payload] of shown) {
      assertEquals(await connect(origin, headers, payload), "acknowledged");
    }
  });

  it("are not counted for requests without a token, or with a session that has ended", async () => {
    await using server = await start();
    const ended = { cookie: `${sessionCookie(TOKEN)}=1.${"0".repeat(64)}`, ...HERE };
    for (let count = 0; count < 11; count++) {
      assertEquals(await statusOf(server.get("/metrics", { headers: HERE })), 401);
      assertEquals(await statusOf(server.get("/", { headers: ended })), 401);
      assertMatch(await connect(server.origin, ended), /^4401 /);
    }
    assertEquals(await statusOf(server.get("/metrics", { headers: { ...WRONG, ...HERE } })), 401);
  });

  it("close WebSockets with codes after which graphql-ws does not retry", async () => {
    await using server = await startServer({ token: TOKEN });
    const codes: number[] = [];
    const client = wsClient(server.origin, {
      retryAttempts: 100,
      retryWait: () => Promise.resolve(),
      connectionParams: WRONG,
      on: { closed: (event) => codes.push((event as CloseEvent).code) },
    });
    for (let count = 0; count < 22; count++) {
      await assertRejects(() => client.iterate(QUERY).next());
    }
    await client.dispose();
    assertEquals(codes, [...Array(20).fill(4401), 4429, 4429]);
  });
});
