/** Malformed requests: not UTF-8, not of their content type, broken off, too slow. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { joinBytes } from "../../../lib/bytes.ts";
import { bearer, readMetrics } from "../../support/http.ts";
import { connectRaw, postOf } from "../../support/raw_client.ts";
import { soon, until } from "../../support/until.ts";
import { useServer } from "../../support/start_server.ts";

const TOKEN = "rude0rude0rude0rude";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Bytes that no text has: a lead byte alone, one that is never used, an overlong form, half of a surrogate pair. */
const NOT_UTF8: Readonly<Record<string, readonly number[]>> = {
  "a lead byte alone": [0xc3],
  "a byte that is never used": [0xff],
  "an overlong slash": [0xc0, 0xaf],
  "half of a surrogate pair": [0xed, 0xa0, 0x80],
};

describe("a malformed request", () => {
  const server = useServer({ token: TOKEN, bodyTimeoutMs: 50 });

  /** Sends bytes, and gives the answer: its head, and its body as far as it has come. */
  async function answerTo(bytes: Uint8Array, until = /\r\n\r\n[^]/): Promise<string> {
    const client = await connectRaw(server.origin);
    try {
      await client.send(bytes);
      return await soon(client.readUntil(until), "it must be answered");
    } finally {
      client.close();
    }
  }

  for (const [name, bytes] of Object.entries(NOT_UTF8)) {
    it(`is refused for ${name}, and nothing of it is executed`, async () => {
      const head = '{"query":"mutation { startTraining(input: { name: \\"';
      const tail = '\\" }) { run { id } } }"}';
      const body = joinBytes([utf8(head), new Uint8Array(bytes), utf8(tail)]);
      const answer = await answerTo(signed(postOf("/graphql", "application/json", body)));
      assertMatch(answer, /^HTTP\/1\.1 400 /);
      assertMatch(
        answer,
        /Cannot read the request: its body must be UTF-8, got bytes that are not/,
      );
      assertMatch(answer, /"code":"BAD_USER_INPUT"/);
      assertEquals((await server.store.list({ first: 1 })).totalCount, 0);
    });
  }

  it("is not one whose text holds U+FFFD itself", async () => {
    const body = JSON.stringify({ query: "{ __typename } # \uFFFD" });
    const answer = await answerTo(signed(postOf("/graphql", "application/json", body)));
    assertMatch(answer, /\{"data":\{"__typename":"Query"\}\}/);
  });

  it("is refused if its body is not JSON, or not an object", async () => {
    const rules = {
      "{": /its body must be JSON\. /,
      "": /its body must be JSON\. /,
      null: /its body must be an object, got null\./,
      '"{ __typename }"': /its body must be an object, got a string\./,
      1: /its body must be an object, got a number\./,
    };
    for (const [body, rule] of Object.entries(rules)) {
      const answer = await answerTo(signed(postOf("/graphql", "application/json", body)));
      assertMatch(answer, /^HTTP\/1\.1 400 /, body);
      assertMatch(answer, rule, body);
      assertMatch(answer, /"code":"BAD_USER_INPUT"/, body);
    }
  });

  it("is refused as multipart, in any form", async () => {
    const part = '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n';
    const forms = {
      "--x\r\nnonsense": "multipart/form-data; boundary=x",
      [`${part}{}\r\n--x--\r\n`]: "multipart/form-data; boundary=x",
      [part]: "multipart/form-data; boundary=y",
      "\r\n": "multipart/form-data",
      [part.repeat(1000)]: 'multipart/form-data; boundary="',
      "--": "multipart/mixed; boundary=x",
    };
    for (const [body, type] of Object.entries(forms)) {
      const answer = await answerTo(signed(postOf("/graphql", type, body)));
      assertMatch(answer, /^HTTP\/1\.1 415 /, type);
      assertMatch(answer, /its content-type must be application\/json, got 'multipart\//, type);
    }
  });

  it("times out if its body does not arrive, also at the sign-in", async () => {
    const begun = {
      "/graphql": signed(postOf("/graphql", "application/json", '{"query":', { length: 100 })),
      "/sign-in": postOf("/sign-in", "application/x-www-form-urlencoded", "token=", { length: 30 }),
    };
    for (const [path, bytes] of Object.entries(begun)) {
      const answer = await answerTo(bytes);
      assertMatch(answer, /^HTTP\/1\.1 408 /, path);
      assertMatch(answer, /must be here within 0\.05 s, got only its beginning\./, path);
    }
  });

  it("that breaks off is counted as an error of the client", async () => {
    const before = await counted();
    for (let i = 0; i < 20; i++) {
      const client = await connectRaw(server.origin);
      await client.send(signed(postOf("/graphql", "application/json", "{", { length: 100 })));
      client.close();
    }
    await until("all have ended", async () => (await counted()).refused >= before.refused + 20);
    assertEquals((await counted()).failed, before.failed);
  });

  it("is refused if its head is invalid or too long", async () => {
    const heads = [
      utf8("nonsense\r\n\r\n"),
      new Uint8Array([0x16, 3, 1, 0, 5, 1, 13, 10, 13, 10]),
      Uint8Array.of(...utf8("GET /"), 0xff, 0xfe, ...utf8(" HTTP/1.1\r\nhost: localhost\r\n\r\n")),
      utf8(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"a".repeat(100_000)}`),
      utf8(`GET / HTTP/1.1\r\nhost: localhost\r\n${"x: a\r\n".repeat(1000)}\r\n`),
    ];
    for (const head of heads) {
      assertMatch(await answerTo(head, /\r\n\r\n/), /^HTTP\/1\.1 400 /);
    }
  });

  /** Counts requests refused as the client's fault, and those that failed as the server's. */
  async function counted(): Promise<{ readonly refused: number; readonly failed: number }> {
    const metrics = await readMetrics(server.origin, bearer(TOKEN));
    const sum = (status: string) =>
      metrics.entries()
        .filter(([key]) => /^epochql_http_requests_total/.test(key))
        .filter(([key]) => key.includes(`status="${status}`))
        .reduce((total, [, count]) => total + count, 0);
    return { refused: sum("4"), failed: sum("5") };
  }
});

/** The request with a token. */
function signed(bytes: Uint8Array): Uint8Array {
  const end = bytes.findIndex((byte) => byte === 10) + 1;
  return joinBytes([
    bytes.subarray(0, end),
    utf8(`authorization: Bearer ${TOKEN}\r\n`),
    bytes.subarray(end),
  ]);
}
