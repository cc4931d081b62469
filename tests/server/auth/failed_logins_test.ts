/** Who shows one wrong token after the other: slowed, by whatever way they come, while a right token is let in. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createClient } from "graphql-ws";
import { closeIn, connectRawSocket, FRAME, frameOf } from "../http/raw_client.ts";
import { errorOf, post, startTestServer } from "../support.ts";

const TOKEN = "right0right0right0right0";
const WRONG = { authorization: "Bearer wrong0wrong0wrong0wrong0" };
const RIGHT = { authorization: `Bearer ${TOKEN}` };
const QUERY = { query: "{ __typename }" };
const RULE =
  /an address must show at most 20 wrong tokens a minute, got more\. Try again in [1-3] s\./;

/** A server that believes whatever address a client says it has. */
const start = () => startTestServer({ token: TOKEN, proxies: 1 });

const from = (address: string) => ({ "x-forwarded-for": address });

/** What a route says to a token; a sign-in is tried at its own. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { headers, redirect: "manual" });
  await response.body?.cancel();
  return response.status;
}

function signIn(origin: string, token: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${origin}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers,
    body: new URLSearchParams({ token }),
  });
}

/** The close of a socket that says whose it is, or 'acknowledged'. */
async function connect(
  origin: string,
  shown: { readonly headers?: Record<string, string>; readonly params?: Record<string, string> },
): Promise<string> {
  const headers = Object.entries(shown.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const client = await connectRawSocket(origin, ...headers);
  const init = { type: "connection_init", payload: shown.params };
  await client.send(frameOf(FRAME.text, JSON.stringify(init)));
  const answer = await client.read() ?? new Uint8Array();
  client.close();
  const text = new TextDecoder().decode(answer);
  return text.includes("connection_ack") ? "acknowledged" : closeIn(answer);
}

describe("wrong tokens", () => {
  it("are answered 20 times a minute, in headers, by every route", async () => {
    await using server = await start();
    const paths = ["/graphql?query={__typename}", "/metrics", "/runs/x/log.ndjson", "/"];
    for (let count = 0; count < 20; count++) {
      const url = `${server.origin}${paths[count % paths.length]}`;
      assertEquals(await statusOf(url, { ...WRONG, ...from("10.0.0.1") }), 401);
    }
    for (const path of paths) {
      const headers = { ...WRONG, ...from("10.0.0.1") };
      assertEquals(await statusOf(`${server.origin}${path}`, headers), 429, path);
      assertEquals(
        await statusOf(`${server.origin}${path}`, { ...WRONG, ...from("10.0.0.2") }),
        401,
      );
    }
    const refused = await post(server.origin, QUERY, { ...WRONG, ...from("10.0.0.1") });
    assertEquals(refused.status, 429);
    assertMatch(refused.headers.get("retry-after") ?? "", /^[1-3]$/);
    const { code, message } = await errorOf(refused);
    assertEquals(code, "RATE_LIMITED");
    assertMatch(message, RULE);
  });

  it("are counted together, however they come", async () => {
    await using server = await start();
    const address = from("10.0.0.1");
    const end = Math.ceil(Date.now() / 1000) + 1000;
    const cookie = `epochql_session=${end}.${"0".repeat(64)}`;
    for (let count = 0; count < 4; count++) {
      assertEquals((await post(server.origin, QUERY, { ...WRONG, ...address })).status, 401);
      assertEquals((await post(server.origin, QUERY, { cookie, ...address })).status, 401);
      assertEquals((await signIn(server.origin, `guess${count}`, address)).status, 401);
      assertMatch(await connect(server.origin, { headers: address, params: WRONG }), /^4401 /);
      assertMatch(await connect(server.origin, { headers: { ...WRONG, ...address } }), /^4401 /);
    }
    assertEquals((await post(server.origin, QUERY, { ...WRONG, ...address })).status, 429);
    assertEquals((await post(server.origin, QUERY, { cookie, ...address })).status, 429);
    for (
      const shown of [{ headers: address, params: WRONG }, { headers: { cookie, ...address } }]
    ) {
      const close = await connect(server.origin, shown);
      assertMatch(close, /^4429 RATE_LIMITED: /);
      assertMatch(close, RULE);
    }
    const form = await signIn(server.origin, "guess", address);
    assertEquals(form.status, 429);
    assertMatch(form.headers.get("retry-after") ?? "", /^[1-3]$/);
    assertEquals(form.headers.get("set-cookie"), null);
    assertMatch(await form.text(), RULE);
  });

  it("keep nobody out who has a right one, from behind the same address", async () => {
    await using server = await start();
    const address = from("10.0.0.1");
    let status = 0;
    while (status !== 429) {
      const response = await post(server.origin, QUERY, { ...WRONG, ...address });
      await response.body?.cancel();
      status = response.status;
    }
    for (let count = 0; count < 25; count++) {
      const response = await post(server.origin, QUERY, { ...RIGHT, ...address });
      assertEquals(await response.json(), { data: { __typename: "Query" } });
    }
    const signedIn = await signIn(server.origin, TOKEN, address);
    assertEquals(signedIn.status, 303);
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    assertEquals(await statusOf(`${server.origin}/metrics`, { cookie, ...address }), 200);
    for (
      const shown of [
        { headers: { ...RIGHT, ...address } },
        { headers: { cookie, ...address } },
        { headers: address, params: RIGHT },
        // A proxy's own, say, with ours beside it.
        { headers: { ...WRONG, ...address }, params: RIGHT },
      ]
    ) {
      assertEquals(await connect(server.origin, shown), "acknowledged");
    }
  });

  it("are not what shows none, or a session that has ended", async () => {
    await using server = await start();
    const address = from("10.0.0.1");
    const cookie = `epochql_session=1.${"0".repeat(64)}`;
    for (let count = 0; count < 11; count++) {
      assertEquals(await statusOf(`${server.origin}/metrics`, address), 401);
      assertEquals(await statusOf(`${server.origin}/`, { cookie, ...address }), 401);
      assertMatch(await connect(server.origin, { headers: { cookie, ...address } }), /^4401 /);
    }
    assertEquals(await statusOf(`${server.origin}/metrics`, { ...WRONG, ...address }), 401);
  });

  it("close WebSockets so that graphql-ws's client does not come back by itself", async () => {
    await using server = await startTestServer({ token: TOKEN });
    const codes: number[] = [];
    const client = createClient({
      url: `${server.origin.replace("http", "ws")}/graphql`,
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
