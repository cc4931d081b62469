/** Who is answered: the token and its session, the Host, and pages of other sites. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertNotMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { createStaticFiles } from "../../../server/http/static_files.ts";
import { readManifest } from "../../../server/http/page_manifest.ts";
import { errorOf, post } from "../../support/http.ts";
import { writeAssets } from "../../support/page_assets.ts";
import { startServer, type TestServer, useServer } from "../../support/start_server.ts";

const TOKEN = "correct-horse-battery-staple";
const QUERY = { query: "{ __typename }" };

describe("a server with a token", () => {
  let folder: URL;
  let server: TestServer;
  before(async () => {
    folder = new URL(`file://${await Deno.makeTempDir({ prefix: "epochql-assets-" })}/`);
    await writeAssets(folder);
    server = await startServer({
      token: TOKEN,
      staticFiles: createStaticFiles(folder, readManifest),
    });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  });

  it("answers who shows the token, and nobody else", async () => {
    const cases: [string | undefined, number][] = [
      [`Bearer ${TOKEN}`, 200],
      [`bearer ${TOKEN}`, 200],
      [undefined, 401],
      ["", 401],
      [TOKEN, 401],
      ["Bearer", 401],
      [`Bearer ${TOKEN}x`, 401],
      [`Bearer ${TOKEN.slice(1)}`, 401],
      [`Basic ${btoa(`user:${TOKEN}`)}`, 401],
    ];
    for (const [authorization, status] of cases) {
      const response = await post(
        server.origin,
        QUERY,
        authorization === undefined ? {} : { authorization },
      );
      assertEquals(response.status, status, authorization);
      if (status === 200) {
        await response.body?.cancel();
        continue;
      }
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="epochql"');
      const { code, message } = await errorOf(response);
      assertEquals(code, "UNAUTHENTICATED");
      assertMatch(message, /Authorization: Bearer TOKEN/);
    }
  });

  it("answers for the name that a proxy on this machine has", async () => {
    await using server = await startServer({ token: TOKEN });
    const { hostname, port } = new URL(server.origin);
    const ask = async (headers: string) => {
      using connection = await Deno.connect({ hostname, port: Number(port) });
      const request = `GET /metrics HTTP/1.1\r\nhost: gpu.example\r\n${headers}\r\n`;
      await connection.write(new TextEncoder().encode(request));
      const bytes = new Uint8Array(100);
      const count = await connection.read(bytes) ?? 0;
      return new TextDecoder().decode(bytes.subarray(0, count)).split(" ")[1];
    };
    const token = `authorization: Bearer ${TOKEN}\r\n`;
    assertEquals(await ask(token), "200");
    assertEquals(await ask(`${token}origin: https://gpu.example\r\n`), "200");
    assertEquals(await ask(`${token}origin: https://evil.example\r\n`), "403");
    // A page whose name was made to lead here has no token to show.
    assertEquals(await ask("origin: https://gpu.example\r\n"), "401");
  });

  it("answers to whatever it is called where other machines reach it", async () => {
    await using server = await startServer({ hostname: "0.0.0.0", token: TOKEN });
    assertMatch(server.origin, /^http:\/\/localhost:\d+$/);
    const { port } = new URL(server.origin);
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    const request = "GET /healthz HTTP/1.1\r\nhost: gpu.example\r\nconnection: close\r\n\r\n";
    await connection.write(new TextEncoder().encode(request));
    assertMatch(await new Response(connection.readable).text(), /^HTTP\/1\.1 200 /);
  });

  it("keeps everything about runs behind the token", async () => {
    for (const path of ["/metrics", "/runs/x/log.ndjson", "/runs/x/curves.svg", "/graphql"]) {
      const response = await fetch(`${server.origin}${path}`);
      assertEquals(response.status, 401, path);
      assertEquals((await errorOf(response)).code, "UNAUTHENTICATED");
      const authorization = `Bearer ${TOKEN}`;
      const shown = await fetch(`${server.origin}${path}`, { headers: { authorization } });
      await shown.body?.cancel();
      assertNotEquals(shown.status, 401, path);
    }
  });

  it("tells orchestrators, who have no token, how it is", async () => {
    assertEquals((await fetch(`${server.origin}/healthz`)).status, 200);
    assertEquals((await fetch(`${server.origin}/readyz`)).status, 503);
  });

  it("lets a browser in by its sign-in page", async () => {
    const page = await fetch(server.origin);
    assertEquals(page.status, 401);
    assertMatch(await page.text(), /<form method="post" action="\/sign-in">/);
    assertMatch(page.headers.get("content-security-policy") ?? "", /form-action 'self'/);

    const wrong = await signIn("not the token");
    assertEquals(wrong.status, 401);
    assertMatch(await wrong.text(), /That is not a token of this server/);
    assertEquals(wrong.headers.get("set-cookie"), null);

    const right = await signIn(TOKEN);
    await right.body?.cancel();
    assertEquals(right.status, 303);
    assertEquals(right.headers.get("location"), "/");
    const set = right.headers.get("set-cookie") ?? "";
    assertMatch(set, /; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    // Where a proxy speaks TLS, browsers keep it from any connection without.
    const proxied = await signIn(TOKEN, { "x-forwarded-proto": "https" });
    await proxied.body?.cancel();
    assertMatch(proxied.headers.get("set-cookie") ?? "", /; HttpOnly; SameSite=Strict; Secure$/);
    assert(!set.includes(TOKEN));

    const cookie = `other=1; ${set.split(";")[0]}`;
    const shown = await fetch(server.origin, { headers: { cookie } });
    assertEquals(shown.status, 200);
    assertMatch(await shown.text(), /^<!doctype html><!doctype html>/);
    assertEquals(await (await post(server.origin, QUERY, { cookie })).json(), {
      data: { __typename: "Query" },
    });
  });

  it("takes no session that it has not given, nor one that has ended", async () => {
    const response = await signIn(TOKEN);
    await response.body?.cancel();
    const [, value = ""] =
      /epochql_session=([^;]+)/.exec(response.headers.get("set-cookie") ?? "") ??
        [];
    const [end = "", signature = ""] = value.split(".");
    const forged = [
      `${Number(end) + 1}.${signature}`,
      `${end}.${signature.slice(0, -1)}`,
      `${end}.`,
      end,
      `1.${signature}`,
      "",
      TOKEN,
    ];
    for (const session of forged) {
      const cookie = `epochql_session=${session}`;
      assertEquals((await post(server.origin, QUERY, { cookie })).status, 401, session);
    }
    const realNow = Date.now;
    try {
      Date.now = () => realNow() + 8 * 24 * 3_600_000;
      const cookie = `epochql_session=${value}`;
      assertEquals((await post(server.origin, QUERY, { cookie })).status, 401);
    } finally {
      Date.now = realNow;
    }
  });

  function signIn(token: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${server.origin}/sign-in`, {
      method: "POST",
      headers,
      redirect: "manual",
      body: new URLSearchParams({ token }),
    });
  }
});

describe("a server on the loopback", () => {
  const server = useServer();

  it("answers to this machine's names alone, so that none can be pointed at it", async () => {
    for (const host of ["localhost", "localhost:9999", "127.0.0.1", "[::1]:1", "a.localhost"]) {
      assertEquals(await statusWith({ host }), 200, host);
    }
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000"]) {
      assertEquals(await statusWith({ host }), 403, host);
    }
  });

  it("refuses a Host that is none", async () => {
    for (const host of ["a b", "[::1", "localhost:99999", "%"]) {
      assertEquals(await statusWith({ host }), 400, host);
    }
  });

  it("answers no page of another site", async () => {
    const { host } = new URL(server.origin);
    const cases: [Record<string, string>, number][] = [
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
    for (const [headers, status] of cases) {
      assertEquals(await statusWith({ host, ...headers }), status, JSON.stringify(headers));
    }
  });

  it("opens no WebSocket for a page of another site, nor for another Host", async () => {
    const { host } = new URL(server.origin);
    const cases: [Record<string, string>, number][] = [
      [{ host }, 101],
      [{ host, origin: `http://${host}` }, 101],
      [{ host, origin: "http://evil.example" }, 403],
      [{ host, origin: "null" }, 403],
      [{ host, origin: `http://evil.example@${host}.evil.example` }, 403],
      [{ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "websocket" }, 403],
      [{ host: "evil.example" }, 403],
      // Its name was made to lead here: to a browser it is one site.
      [{ host: "evil.example", origin: "http://evil.example" }, 403],
    ];
    for (const [headers, status] of cases) {
      const upgrade = {
        ...headers,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": "graphql-transport-ws",
      };
      assertEquals(await statusOf("GET", upgrade), status, JSON.stringify(headers));
    }
  });

  it("tells browsers with every answer what they may do with it", async () => {
    const paths = [
      "/",
      "/graphql",
      "/graphql?query={__typename}",
      "/healthz",
      "/readyz",
      "/metrics",
      "/nothing",
    ];
    for (const path of [...paths, "/runs/x/history.json", "/assets/x", "/sign-in"]) {
      const { headers, body } = await fetch(`${server.origin}${path}`, { redirect: "manual" });
      await body?.cancel();
      const policy = headers.get("content-security-policy") ?? "";
      assertMatch(policy, /default-src 'none'/, path);
      assertMatch(policy, /frame-ancestors 'none'|sandbox/, path);
      assertNotMatch(policy, /unsafe-eval|\*/, path);
      assertEquals(headers.get("x-content-type-options"), "nosniff", path);
      // What only pages know, the many answers of the API go without.
      const isPage = !path.startsWith("/graphql");
      assertEquals(headers.get("x-frame-options"), isPage ? "DENY" : null, path);
      assertEquals(headers.get("referrer-policy"), isPage ? "same-origin" : null, path);
      assertEquals(headers.get("cross-origin-opener-policy"), isPage ? "same-origin" : null, path);
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin", path);
      assert(headers.get("cache-control"), path);
      for (const [name] of headers) {
        assertNotMatch(name, /^access-control-|^server$|^x-powered-by$/, path);
      }
    }
    const answer = await post(server.origin, QUERY);
    await answer.body?.cancel();
    assertEquals(answer.headers.get("cache-control"), "no-store");
  });

  it("lets a link of another site lead to the page", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    const response = await fetch(`${server.origin}/graphql?query={a}`, {
      headers: { ...headers, accept: "text/html" },
      redirect: "manual",
    });
    assertEquals(response.status, 302);
    assertEquals(response.headers.get("location"), "/?query={a}");
  });

  it("gives no other origin leave to read or to send", async () => {
    const preflight = await fetch(`${server.origin}/graphql`, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "POST" },
    });
    assertEquals(preflight.status, 405);
    const answers = [preflight, await post(server.origin, QUERY)];
    for (const { headers } of answers) {
      assertEquals(headers.get("access-control-allow-origin"), null);
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
      assertEquals(headers.get("x-content-type-options"), "nosniff");
    }
  });

  it("answers an unknown path and method in the form of every error", async () => {
    const response = await fetch(`${server.origin}/nothing/here`);
    assertEquals(response.status, 404);
    const { code, message } = await errorOf(response);
    assertEquals(code, "NOT_FOUND");
    assertMatch(message, /^Cannot find \/nothing\/here: .*the API at \/graphql\.$/);
    const other = await fetch(`${server.origin}/metrics`, { method: "POST" });
    assertEquals(other.status, 405);
    assertEquals(other.headers.get("allow"), "GET, HEAD");
    assertEquals((await errorOf(other)).code, "BAD_USER_INPUT");
  });

  /** The status of a query with headers that fetch() does not let one set. */
  async function statusWith(headers: Record<string, string>): Promise<number> {
    const body = JSON.stringify(QUERY);
    return await statusOf("POST", {
      ...headers,
      "content-type": "application/json",
      "content-length": String(body.length),
    }, body);
  }

  async function statusOf(
    method: string,
    headers: Record<string, string>,
    body = "",
  ): Promise<number> {
    const { hostname, port } = new URL(server.origin);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `${method} /graphql HTTP/1.1\r\n${head.join("")}\r\n${body}`;
    await connection.write(new TextEncoder().encode(request));
    const bytes = new Uint8Array(100);
    const count = await connection.read(bytes);
    return Number(new TextDecoder().decode(bytes.subarray(0, count ?? 0)).split(" ")[1]);
  }
});
