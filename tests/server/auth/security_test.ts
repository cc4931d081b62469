/** Access to a server: the token and its session, the Host header, and pages of other sites. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  assertRefused,
  bearer,
  cookieOf,
  errorOf,
  type Headers,
  signIn,
  statusOf,
} from "../../support/http.ts";
import { connectRawSocket, sendRaw } from "../../support/raw_client.ts";
import { startServer, useServer } from "../../support/start_server.ts";
import { sessionCookie } from "../../../server/auth/session.ts";

const TOKEN = "correct-horse-battery-staple";
const QUERY = { query: "{ __typename }" };

describe("a server with a token", () => {
  const server = useServer({ token: TOKEN, hasPage: true });

  const shown: readonly (readonly [string | undefined, number])[] = [
    [`Bearer ${TOKEN}`, 200],
    [`bearer ${TOKEN}`, 200],
    ...[
      ...[undefined, "", TOKEN, "Bearer", `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`],
      `Basic ${btoa(`user:${TOKEN}`)}`,
    ].map((authorization) => [authorization, 401] as const),
  ];
  for (const [authorization, status] of shown) {
    it(`responds with ${status} to the authorization '${authorization}'`, async () => {
      const asked = server.post(QUERY, authorization === undefined ? {} : { authorization });
      if (status === 200) return assertEquals(await statusOf(asked), 200);
      const refusal = { status, code: "UNAUTHENTICATED", message: /Authorization: Bearer TOKEN/ };
      const response = await assertRefused(asked, refusal);
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="epochql"');
    });
  }

  it("accepts the name of a proxy on this machine, and no page of another site", async () => {
    const rows: readonly (readonly [Headers, number])[] = [
      [bearer(TOKEN), 200],
      [{ ...bearer(TOKEN), origin: "https://gpu.example" }, 200],
      [{ ...bearer(TOKEN), origin: "https://evil.example" }, 403],
      // A page whose name was made to lead here has no token to show.
      [{ origin: "https://gpu.example" }, 401],
    ];
    for (const [headers, status] of rows) {
      const shown = { host: "gpu.example", ...headers };
      assertEquals((await sendRaw(server.origin, "/metrics", { headers: shown })).status, status);
    }
  });

  it("accepts any name where other machines reach it", async () => {
    await using server = await startServer({ hostname: "0.0.0.0", token: TOKEN });
    assertMatch(server.origin, /^http:\/\/localhost:\d+$/);
    const origin = server.origin.replace("localhost", "127.0.0.1");
    const headers = { host: "gpu.example" };
    assertEquals((await sendRaw(origin, "/healthz", { headers })).status, 200);
  });

  it("keeps everything about runs behind the token", async () => {
    for (const path of ["/metrics", "/runs/x/log.ndjson", "/runs/x/curves.svg", "/graphql"]) {
      await assertRefused(server.get(path), { status: 401, code: "UNAUTHENTICATED" }, path);
      const shown = await statusOf(server.get(path, { headers: bearer(TOKEN) }));
      assertNotEquals(shown, 401, path);
    }
  });

  it("reports its health to orchestrators, which have no token", async () => {
    assertEquals(await statusOf(server.get("/healthz")), 200);
    assertEquals(await statusOf(server.get("/readyz")), 503);
  });

  it("lets a browser in by its sign-in page", async () => {
    const { origin } = server;
    const page = await server.get("/");
    assertEquals(page.status, 401);
    assertMatch(await page.text(), /<form method="post" action="\/sign-in">/);
    assertMatch(page.headers.get("content-security-policy") ?? "", /form-action 'self'/);

    const wrong = await signIn(origin, "not the token");
    assertEquals([wrong.status, wrong.headers.get("set-cookie")], [401, null]);
    assertMatch(await wrong.text(), /That is not a token of this server/);

    const right = await signIn(origin, TOKEN);
    assertEquals([await statusOf(right), right.headers.get("location")], [303, "/"]);
    const set = right.headers.get("set-cookie") ?? "";
    assertMatch(set, /; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    assert(!set.includes(TOKEN));
    // Behind a proxy with TLS, browsers keep the cookie from connections without.
    const proxied = await signIn(origin, TOKEN, { "x-forwarded-proto": "https" });
    await proxied.body?.cancel();
    assertMatch(proxied.headers.get("set-cookie") ?? "", /; HttpOnly; SameSite=Strict; Secure$/);

    const cookie = `other=1; ${cookieOf(right)}`;
    const opened = await server.get("/", { headers: { cookie } });
    assertEquals(opened.status, 200);
    assertMatch(await opened.text(), /^<!doctype html><!doctype html>/);
    assertEquals(await server.ask(QUERY.query, {}, { cookie }), { __typename: "Query" });
  });

  it("shows after the sign-in what was asked for, and nothing elsewhere", async () => {
    const asked = await server.get("/compare?runs=a,b");
    assertEquals(asked.status, 401);
    assertMatch(await asked.text(), /action="\/sign-in\?to=%2Fcompare%3Fruns%3Da%2Cb"/);
    const cases: readonly (readonly [to: string, location: string])[] = [
      ["/compare?runs=a,b", "/compare?runs=a,b"],
      ["/graphql", "/"],
      ["https://elsewhere.example/new", "/"],
    ];
    for (const [to, location] of cases) {
      const response = await signIn(server.origin, TOKEN, {}, `?to=${encodeURIComponent(to)}`);
      await response.body?.cancel();
      assertEquals(response.headers.get("location"), location);
    }
  });

  it("keeps its sessions beside those of a server with another token on the same host", async () => {
    await using other = await startServer({ token: "another-token-of-another-server" });
    const [here, there] = await Promise.all([
      signIn(server.origin, TOKEN),
      signIn(other.origin, "another-token-of-another-server"),
    ]);
    await Promise.all([here.body?.cancel(), there.body?.cancel()]);
    const names = [here, there].map((response) => cookieOf(response).split("=")[0]);
    assertNotEquals(names[0], names[1]);
    // Cookies know no ports: a browser sends both to both, and signing out of neither counts as a wrong token.
    const cookie = `${cookieOf(here)}; ${cookieOf(there)}`;
    for (const { post } of [server, other]) {
      assertEquals(await statusOf(post(QUERY, { cookie })), 200);
    }
    for (let count = 0; count < 25; count++) {
      assertEquals(await statusOf(server.post(QUERY, { cookie: cookieOf(there) })), 401);
    }
  });

  it("refuses a forged session, and one that has ended", async () => {
    const response = await signIn(server.origin, TOKEN);
    await response.body?.cancel();
    const value = cookieOf(response).replace(`${sessionCookie(TOKEN)}=`, "");
    const [end = "", signature = ""] = value.split(".");
    const statusFor = (session: string) =>
      statusOf(server.post(QUERY, { cookie: `${sessionCookie(TOKEN)}=${session}` }));
    const forged = [
      ...[`${Number(end) + 1}.${signature}`, `${end}.${signature.slice(0, -1)}`, `${end}.`, end],
      ...[`1.${signature}`, "", TOKEN],
    ];
    for (const session of forged) assertEquals(await statusFor(session), 401, session);
    assertEquals(await statusFor(value), 200);
    const realNow = Date.now;
    try {
      Date.now = () => realNow() + 8 * 24 * 3_600_000;
      assertEquals(await statusFor(value), 401);
    } finally {
      Date.now = realNow;
    }
  });
});

describe("a server on the loopback", () => {
  const server = useServer();

  /** Posts a query with headers that fetch() does not let one set. */
  async function statusWith(headers: Headers): Promise<number> {
    const body = JSON.stringify(QUERY);
    const kind = { "content-type": "application/json", "content-length": String(body.length) };
    const request = { method: "POST", headers: { ...headers, ...kind }, body };
    return (await sendRaw(server.origin, "/graphql", request)).status;
  }

  const hosts: Readonly<Record<number, readonly string[]>> = {
    200: ["localhost", "localhost:9999", "127.0.0.1", "[::1]:1", "a.localhost"],
    403: ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000"],
    400: ["a b", "[::1", "localhost:99999", "%"],
  };
  for (const [status, names] of Object.entries(hosts)) {
    for (const host of names) {
      it(`responds with ${status} to the Host '${host}'`, async () => {
        assertEquals(await statusWith({ host }), Number(status));
      });
    }
  }

  it("refuses requests of pages of other sites", async () => {
    const { host } = new URL(server.origin);
    const rows: readonly (readonly [Headers, number])[] = [
      [{ origin: `http://${host}` }, 200],
      [{ origin: `https://${host}` }, 200],
      [{ "sec-fetch-site": "same-origin" }, 200],
      [{ "sec-fetch-site": "none" }, 200],
      [{ origin: "http://evil.example" }, 403],
      [{ origin: "http://localhost:1" }, 403],
      [{ origin: "null" }, 403],
      [{ "sec-fetch-site": "cross-site" }, 403],
      [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, 403],
    ];
    for (const [headers, status] of rows) {
      assertEquals(await statusWith({ host, ...headers }), status, JSON.stringify(headers));
    }
  });

  it("opens no WebSocket for pages of other sites, nor for another Host", async () => {
    const { host } = new URL(server.origin);
    const rows: readonly (readonly [Headers, number])[] = [
      [{ host }, 101],
      [{ host, origin: `http://${host}` }, 101],
      [{ host, origin: "http://evil.example" }, 403],
      [{ host, origin: "null" }, 403],
      [{ host, origin: `http://evil.example@${host}.evil.example` }, 403],
      [{ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "websocket" }, 403],
      [{ host: "evil.example" }, 403],
      // A name that was made to lead here: to a browser it is one site.
      [{ host: "evil.example", origin: "http://evil.example" }, 403],
    ];
    for (const [headers, status] of rows) {
      using client = await connectRawSocket(server.origin, headers);
      const head = await client.readUntil(/\r\n\r\n/);
      assertEquals(Number(head.split(" ")[1]), status, JSON.stringify(headers));
    }
  });

  it("restricts with every response what browsers may do with it", async () => {
    const paths = [
      ...["/", "/graphql", "/graphql?query={__typename}", "/healthz", "/readyz", "/metrics"],
      ...["/nothing", "/runs/x/history.json", "/assets/x", "/sign-in"],
    ];
    for (const path of paths) {
      const { headers, body } = await server.get(path, { redirect: "manual" });
      await body?.cancel();
      const policy = headers.get("content-security-policy") ?? "";
      assertMatch(policy, /default-src 'none'/, path);
      assertMatch(policy, /frame-ancestors 'none'|sandbox/, path);
      assertNotMatch(policy, /unsafe-eval|\*/, path);
      // Responses of the API go without the headers that only pages need.
      const isPage = !path.startsWith("/graphql");
      const expected = {
        "x-content-type-options": "nosniff",
        "x-frame-options": isPage ? "DENY" : null,
        "referrer-policy": isPage ? "same-origin" : null,
        "cross-origin-opener-policy": isPage ? "same-origin" : null,
        "cross-origin-resource-policy": "same-origin",
      };
      const actual = Object.keys(expected).map((name) => [name, headers.get(name)]);
      assertEquals(Object.fromEntries(actual), expected, path);
      assert(headers.get("cache-control"), path);
      for (const [name] of headers) {
        assertNotMatch(name, /^access-control-|^server$|^x-powered-by$/, path);
      }
    }
    const answer = await server.post(QUERY);
    await answer.body?.cancel();
    assertEquals(answer.headers.get("cache-control"), "no-store");
  });

  it("lets a link of another site lead to the page", async () => {
    const site = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    const headers = { ...site, accept: "text/html" };
    const response = await server.get("/graphql?query={a}", { headers, redirect: "manual" });
    assertEquals([response.status, response.headers.get("location")], [302, "/?query={a}"]);
  });

  it("allows no other origin to read or to send", async () => {
    const preflight = await server.get("/graphql", {
      method: "OPTIONS",
      headers: { "access-control-request-method": "POST" },
    });
    assertEquals(preflight.status, 405);
    for (const { headers, body } of [preflight, await server.post(QUERY)]) {
      await body?.cancel();
      assertEquals(headers.get("access-control-allow-origin"), null);
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
      assertEquals(headers.get("x-content-type-options"), "nosniff");
    }
  });

  it("refuses an unknown path and method in the form of every error", async () => {
    await assertRefused(server.get("/nothing/here"), {
      ...{ status: 404, code: "NOT_FOUND" },
      message: /^Cannot find \/nothing\/here: .*the API at \/graphql\.$/,
    });
    const other = await server.get("/metrics", { method: "POST" });
    assertEquals([other.status, other.headers.get("allow")], [405, "GET, HEAD"]);
    assertEquals((await errorOf(other)).code, "BAD_USER_INPUT");
  });
});
