/** Pages of other origins: refused unless EPOCHQL_ORIGINS lists them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import {
  assertRefused,
  bearer,
  cookieOf,
  errorOf,
  type Headers,
  signIn,
} from "../../support/http.ts";
import { closeIn, connectRawSocket, sendMessage } from "../../support/raw_client.ts";
import { type TestServer, useServer } from "../../support/start_server.ts";
import { startRun } from "../../support/written_run.ts";

const TOKEN = "correct-horse-battery-staple";
const LISTED = "http://localhost:5173";
const SECOND = "https://app.example.com";
const STRANGER = "http://evil.example";
const SUBSCRIPTION = "subscription { epochs { number } }";
const MULTIPART = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0";
const PIECE = "application/offset+octet-stream";

/** A request for every transport and kind of resource, by its name. */
interface Row {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: string;
}

const JSON_TYPE = { "content-type": "application/json" };
const QUERY = JSON.stringify({ query: "{ viewer { name } }" });

function rowsOf(run: string, upload: string): readonly Row[] {
  const path = "/graphql";
  const query = (text: string) => `/graphql?query=${encodeURIComponent(text)}`;
  const subscribed = { path, method: "POST", body: JSON.stringify({ query: SUBSCRIPTION }) };
  const piece = { "content-type": PIECE, "upload-offset": "0", "tus-resumable": "1.0.0" };
  return [
    { name: "a POST", path, method: "POST", headers: JSON_TYPE, body: QUERY, status: 200 },
    { name: "a GET", path: query("{ viewer { name } }"), status: 200 },
    { name: "a query that is not valid", path: query("{ nothing }"), status: 200 },
    {
      name: "events by GET",
      ...{ path: query(SUBSCRIPTION), headers: { accept: "text/event-stream" }, status: 200 },
    },
    {
      name: "events by POST",
      ...{ ...subscribed, headers: { ...JSON_TYPE, accept: "text/event-stream" }, status: 200 },
    },
    {
      name: "parts",
      ...{ ...subscribed, headers: { ...JSON_TYPE, accept: MULTIPART }, status: 200 },
    },
    { name: "the reservation of a shared stream", path, method: "PUT", status: 201 },
    { name: "a run's log", path: `/runs/${run}/log.ndjson`, status: 200 },
    { name: "a run's curves", path: `/runs/${run}/curves.svg`, status: 200 },
    { name: "a comparison", path: `/runs/compare.svg?runs=${run}`, status: 200 },
    { name: "an upload's progress", path: upload, method: "HEAD", status: 200 },
    {
      name: "an upload's piece",
      ...{ path: upload, method: "PATCH", headers: piece, body: "a", status: 204 },
    },
    { name: "tus's description", path: upload, method: "OPTIONS", status: 204 },
    { name: "a whole upload", path: upload, method: "PUT", body: "abcd", status: 204 },
    { name: "the inference protocol", path: "/v2", status: 200 },
    { name: "a model that is missing", path: "/v2/models/nothing", status: 404 },
    { name: "metrics", path: "/metrics", status: 200 },
    { name: "health", path: "/healthz", status: 200 },
    { name: "a path that is missing", path: "/nothing/here", status: 404 },
  ];
}

/** Returns the headers of CORS that a response has. */
function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));
}

function varies({ headers }: Response): boolean {
  return /(^|, *)origin(,|$)/i.test(headers.get("vary") ?? "");
}

async function announceUpload({ ask }: TestServer, headers: Headers = {}): Promise<string> {
  const mutation =
    `mutation { createUpload(input: { fileName: "a.csv", bytes: 4 }) { upload { url } } }`;
  return new URL((await ask(mutation, {}, headers)).createUpload.upload.url, "http://x").pathname;
}

describe("a server that lists other origins", () => {
  const server = useServer({ token: TOKEN, hasPage: true, origins: [LISTED, SECOND] });
  let rows: readonly Row[];

  before(async () => {
    const run = await startRun(server.store);
    await run.trainEpoch();
    rows = rowsOf(run.id, await announceUpload(server, bearer(TOKEN)));
  });

  /** Sends a row's request, and drops the response's body. */
  async function send({ path, method, headers, body }: Row, others: Headers): Promise<Response> {
    const response = await server.get(path, {
      ...(method === undefined ? {} : { method }),
      ...(body === undefined ? {} : { body }),
      headers: { ...headers, ...others },
    });
    await response.body?.cancel();
    return response;
  }

  it("answers their pages, with a token, on every transport and for every resource", async () => {
    for (const row of rows) {
      const response = await send(row, { ...bearer(TOKEN), origin: LISTED });
      assertEquals(response.status, row.status, row.name);
      const { "access-control-expose-headers": exposed = "", ...others } = corsOf(response);
      assertEquals(others, { "access-control-allow-origin": LISTED }, row.name);
      assert(varies(response), row.name);
      const names = exposed.toLowerCase().split(/, */);
      // Headers that fetch() always shows, and those that matter to browsers alone.
      const unlisted = new Set([
        ...["cache-control", "content-language", "content-length", "content-type", "expires"],
        ...["last-modified", "pragma", "vary", "date", "connection", "transfer-encoding"],
        ...["content-security-policy", "cross-origin-resource-policy", "x-content-type-options"],
        ...["cross-origin-opener-policy", "referrer-policy", "x-frame-options"],
        ...["x-accel-buffering", "access-control-allow-origin", "access-control-expose-headers"],
      ]);
      for (const [name] of response.headers) {
        assert(names.includes(name) || unlisted.has(name), `${row.name}: ${name}`);
      }
    }
  });

  it("answers a preflight without a token, for whatever headers a client sends", async () => {
    for (const { name, path } of rows) {
      const preflight = await server.get(path, {
        method: "OPTIONS",
        headers: {
          origin: SECOND,
          "access-control-request-method": "PATCH",
          "access-control-request-headers": "authorization,content-type,last-event-id,x-other",
        },
      });
      assertEquals([preflight.status, await preflight.text()], [204, ""], name);
      assertEquals(corsOf(preflight), {
        "access-control-allow-origin": SECOND,
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": "authorization,content-type,last-event-id,x-other",
        "access-control-max-age": "7200",
      }, name);
      assert(varies(preflight), name);
    }
  });

  it("lets their pages read why they are refused", async () => {
    const response = await server.post({ query: "{ __typename }" }, { origin: LISTED });
    assertEquals(response.headers.get("access-control-allow-origin"), LISTED);
    await assertRefused(response, { status: 401, code: "UNAUTHENTICATED" });
  });

  it("refuses other origins, and names the setting", async () => {
    const strangers = ["null", "https://localhost:5173", "http://localhost:51730"];
    for (const origin of [STRANGER, ...strangers, `${LISTED}.evil.example`]) {
      for (const row of rows) {
        const response = await send(row, { ...bearer(TOKEN), origin });
        assertEquals([response.status, corsOf(response)], [403, {}], `${origin}: ${row.name}`);
        assert(varies(response), row.name);
      }
      const preflight = await server.get("/graphql", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      assertEquals([preflight.status, corsOf(preflight)], [403, {}]);
      const { message } = await errorOf(preflight);
      const { host } = new URL(server.origin);
      assertEquals(
        message,
        `Cannot answer a page of ${origin}: the origin must be the server's own, ${host}, or one of the setting EPOCHQL_ORIGINS.`,
      );
    }
  });

  it("keeps its page and the sign-in to itself", async () => {
    for (const path of ["/", "/sign-in", "/assets/main.js", "/runs/abc"]) {
      for (const method of ["GET", "OPTIONS"]) {
        const asked = { origin: LISTED, "access-control-request-method": "GET" };
        const response = await server.get(path, {
          method,
          headers: { ...bearer(TOKEN), ...asked },
        });
        assertEquals(corsOf(response), {}, path);
        const message =
          /: \S+ is for the server's own origin, \S+; those of EPOCHQL_ORIGINS may use the API\.$/;
        await assertRefused(response, { status: 403, code: "FORBIDDEN", message });
      }
    }
    const signed = await signIn(server.origin, TOKEN, { origin: LISTED });
    assertEquals(signed.headers.get("set-cookie"), null);
    await assertRefused(signed, { status: 403 });
  });

  it("takes the session of its page from no other origin", async () => {
    const signed = await signIn(server.origin, TOKEN);
    await signed.body?.cancel();
    const cookie = cookieOf(signed);
    const query = { query: "{ viewer { name } }" };
    const own = await server.post(query, { cookie, origin: server.origin });
    assertEquals((await own.json()).data, { viewer: { name: "EPOCHQL_TOKEN" } });
    await assertRefused(server.post(query, { cookie, origin: LISTED }), { status: 401 });
    assertMatch(await greet({ cookie, origin: LISTED }), /^4401 /);
    assertMatch(await greet({ cookie, origin: server.origin }), /connection_ack/);
  });

  it("opens WebSockets for the pages that it answers", async () => {
    const upgrades: readonly (readonly [origin: string, status: number])[] = [
      ...[[LISTED, 101], [SECOND, 101], [server.origin, 101]] as const,
      ...[[STRANGER, 403], ["null", 403], [`${LISTED}0`, 403]] as const,
    ];
    for (const [origin, status] of upgrades) {
      using client = await connectRawSocket(server.origin, { host: hostOf(server), origin });
      const head = await client.readUntil(/\r\n\r\n/);
      assertEquals(Number(head.split(" ")[1]), status, origin);
    }
    assertMatch(await greet({ origin: LISTED }, bearer(TOKEN)), /connection_ack/);
    assertMatch(await greet({ origin: LISTED }, bearer("wrong")), /^4401 /);
  });

  it("is for programs and its own page as without them", async () => {
    for (const headers of [{}, { origin: server.origin }]) {
      const asked = { query: "{ viewer { name } }" };
      const response = await server.post(asked, { ...bearer(TOKEN), ...headers });
      assertEquals((await response.json()).data.viewer.name, "EPOCHQL_TOKEN");
      assertEquals(corsOf(response), {});
      assert(varies(response));
    }
  });

  /** Opens a WebSocket and introduces itself; returns what the server sends, or code and reason of its close. */
  async function greet(headers: Headers, payload?: unknown): Promise<string> {
    using client = await connectRawSocket(server.origin, { host: hostOf(server), ...headers });
    await sendMessage(client, { type: "connection_init", payload });
    const bytes = await client.read() ?? new Uint8Array();
    return closeIn(bytes) || new TextDecoder().decode(bytes);
  }
});

describe("a server that lists no other origin", () => {
  const server = useServer();

  it("says nothing of CORS", async () => {
    const response = await server.post({ query: "{ __typename }" });
    await response.body?.cancel();
    assertEquals([corsOf(response), varies(response)], [{}, false]);
    const refused = await server.post({ query: "{ __typename }" }, { origin: LISTED });
    assertEquals(corsOf(refused), {});
    const message = /or one of the setting EPOCHQL_ORIGINS\.$/;
    await assertRefused(refused, { status: 403, message });
  });
});

function hostOf({ origin }: TestServer): string {
  return new URL(origin).host;
}
