/** One request to a receiver: what is sent, what counts as an answer, and what the connection leads to. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { present } from "../support/present.ts";
import { parseAllowList } from "../../webhooks/address/allow_list.ts";
import type { SendOutcome } from "../../webhooks/sender/protocol.ts";
import { parseRetryAfter, send } from "../../webhooks/sender/send.ts";
import { MAX_RETRY_AFTER_MS } from "../../webhooks/timeouts.ts";
import { startReceiver } from "./receiver.ts";

const request = (url: string, timeoutMs = 30_000) => ({
  url,
  headers: { "content-type": "application/json", "webhook-id": "msg_1" },
  body: JSON.stringify({ type: "webhook.ping", data: {} }),
  timeoutMs,
});
const allowed = present(parseAllowList("127.0.0.1"));
const statusOf = (outcome: SendOutcome) => outcome.kind === "answered" ? outcome.status : undefined;
const problemOf = (outcome: SendOutcome) => outcome.kind === "failed" ? outcome.problem : "";

describe("send()", () => {
  it("posts the body with its headers", async () => {
    await using receiver = startReceiver();
    const outcome = await send(request(receiver.url), { allowed });
    assertEquals(statusOf(outcome), 204);
    const [{ body, headers } = { body: "", headers: {} as Record<string, string> }] =
      receiver.received;
    assertEquals(body, request("").body);
    assertEquals(headers["content-type"], "application/json");
    assertEquals(headers["host"], `127.0.0.1:${receiver.port}`);
  });

  it("returns the status and the pause that the receiver asks for", async () => {
    await using receiver = startReceiver({
      answer: () => new Response("busy", { status: 503, headers: { "retry-after": "120" } }),
    });
    const { seconds, ...outcome } = await send(request(receiver.url), { allowed });
    assertEquals(outcome, { kind: "answered", status: 503, retryAfterMs: 120_000 });
    assert(seconds > 0);
  });

  it("follows no redirection", async () => {
    const redirection = { status: 307, headers: { location: "/elsewhere" } };
    await using receiver = startReceiver({
      answer: (_, path) => new Response(null, path === "/hook" ? redirection : { status: 204 }),
    });
    assertEquals(statusOf(await send(request(receiver.url), { allowed })), 307);
    assertEquals(receiver.received.length, 1);
  });

  it("does not wait for the body of an answer, which may never end", async () => {
    const endless = () =>
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
    await using receiver = startReceiver({ answer: () => new Response(endless()) });
    assertEquals(statusOf(await send(request(receiver.url), { allowed })), 200);
  });

  it("gives up on a receiver that does not answer in time", async () => {
    const held = Promise.withResolvers<Response>();
    await using receiver = startReceiver({ answer: () => held.promise });
    const outcome = await send(request(receiver.url, 200), { allowed });
    assertMatch(problemOf(outcome), /^The receiver did not answer within 1 s$/);
    held.resolve(new Response());
  });

  it("reports a receiver that does not listen, and one that hangs up", async () => {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr;
    const hangingUp = (async () => (await listener.accept()).close())();
    const url = `http://127.0.0.1:${port}/`;
    assertMatch(problemOf(await send(request(url), { allowed })), /closed|hang up|reset/i);
    await hangingUp;
    listener.close();
    assertMatch(problemOf(await send(request(url), { allowed })), /refused/i);
  });

  it("refuses an address at each connection, and does not connect", async () => {
    await using receiver = startReceiver();
    const none = present(parseAllowList(""));
    const outcome = await send(request(receiver.url), { allowed: none });
    const rule = /^The host must have a public address .*127.0.0.1 \(loopback\)$/;
    assertMatch(problemOf(outcome), rule);
    assertEquals(receiver.received, []);
  });

  it("connects to the address that was checked: the name is looked up once", async () => {
    await using receiver = startReceiver();
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    let lookups = 0;
    const resolve = (host: string) => {
      assertEquals(host, "changing.example");
      return Promise.resolve(answers[lookups++] ?? []);
    };
    const url = `http://changing.example:${receiver.port}/hook`;
    assertEquals(statusOf(await send(request(url), { allowed, resolve })), 204);
    assertEquals(lookups, 1);
    assertEquals(receiver.received[0]?.headers["host"], `changing.example:${receiver.port}`);
    // The next time, the name leads elsewhere: it is refused before anything is sent.
    const outcome = await send(request(url), { allowed, resolve });
    assertMatch(problemOf(outcome), /'changing.example' at 10.0.0.1 \(private\)$/);
    assertEquals(receiver.received.length, 1);
  });

  it("reports a name that cannot be looked up", async () => {
    const resolve = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const outcome = await send(request("https://nowhere.example/"), { allowed, resolve });
    assertMatch(problemOf(outcome), /^The host must be a name that can be looked up.*ENOTFOUND/);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  it("is a number of seconds or a date", () => {
    assertEquals(parseRetryAfter("7", now), 7_000);
    assertEquals(parseRetryAfter(" 0 ", now), 0);
    assertEquals(parseRetryAfter("Tue, 01 Jan 2030 00:01:00 GMT", now), 60_000);
    assertEquals(parseRetryAfter("Mon, 31 Dec 2029 00:00:00 GMT", now), 0);
  });

  it("is a day if it is longer", () => {
    for (const value of ["99999999999", "9".repeat(400), "Fri, 31 Dec 2032 00:00:00 GMT"]) {
      assertEquals(parseRetryAfter(value, now), MAX_RETRY_AFTER_MS, value);
    }
  });

  it("is ignored if it is neither", () => {
    for (const value of [undefined, "", "soon", "-1", "1.5"]) {
      assertEquals(parseRetryAfter(value, now), null, value);
    }
  });
});
