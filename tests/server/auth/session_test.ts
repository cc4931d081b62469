/** How the sign-in page and its sessions hold off strangers. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHmac } from "node:crypto";
import { describe, it } from "@std/testing/bdd";
import { closeIn, connectRawSocket, FRAME, frameOf } from "../http/raw_client.ts";
import { post, soon, startTestServer } from "../support.ts";

const TOKEN = "session0session0session0";

/** The cookie of a session. */
function cookieOf(endsAt: number): string {
  const signature = createHmac("sha256", TOKEN).update(`epochql session ${endsAt}`).digest("hex");
  return `epochql_session=${endsAt}.${signature}`;
}

describe("a session", () => {
  it("takes the WebSockets with it that it has opened, when it ends", async () => {
    await using server = await startTestServer({ token: TOKEN });
    const endsAt = Math.floor(Date.now() / 1000) + 2;
    const client = await connectRawSocket(server.origin, `cookie: ${cookieOf(endsAt)}`);
    await client.send(frameOf(FRAME.text, JSON.stringify({ type: "connection_init" })));
    await client.hear(/connection_ack/);
    const payload = { query: "subscription { runStates { id } }" };
    await client.send(frameOf(FRAME.text, JSON.stringify({ id: "1", type: "subscribe", payload })));
    const end = await soon(client.read(), "it must be closed");
    client.close();
    assertEquals(
      closeIn(end ?? new Uint8Array()),
      "4401 UNAUTHENTICATED: the session has ended, sign in again",
    );
    assert(Date.now() >= endsAt * 1000, "it must not end before");
  });
});

describe("a subscription by server-sent events", () => {
  it("ends with the session by which it was asked for", async () => {
    await using server = await startTestServer({ token: TOKEN });
    const endsAt = Math.floor(Date.now() / 1000) + 2;
    const response = await post(
      server.origin,
      { query: "subscription { runStates { id } }" },
      { cookie: cookieOf(endsAt), accept: "text/event-stream" },
    );
    const text = await soon(response.text(), "it must end");
    assertMatch(text, /Cannot answer: the session has ended\. Sign in again\./);
    assertMatch(text, /"code":"UNAUTHENTICATED"/);
    assert(Date.now() >= endsAt * 1000, "it must not end before");
  });
});
