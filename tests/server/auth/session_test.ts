/** Ends of sessions, with the WebSockets and subscriptions that were opened by them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createHmac } from "node:crypto";
import { statusOf } from "../../support/http.ts";
import { closeIn, connectAcknowledged, sendSubscribe } from "../../support/raw_client.ts";
import { soon } from "../../support/until.ts";
import { SESSION_MS } from "../../../server/timeouts.ts";
import { useServer } from "../../support/start_server.ts";
import { sessionCookie } from "../../../server/auth/session.ts";

const TOKEN = "session0session0session0";
const SUBSCRIPTION = { query: "subscription { runStates { id } }" };

/** Returns the cookie of a session. */
function sessionUntil(endsAt: number): string {
  const signature = createHmac("sha256", TOKEN).update(`epochql session ${endsAt}`).digest("hex");
  return `${sessionCookie(TOKEN)}=${endsAt}.${signature}`;
}

describe("the end of a session", () => {
  const server = useServer({ token: TOKEN });
  const inTwoSeconds = () => Math.floor(Date.now() / 1000) + 2;

  it("closes the WebSockets that were opened with it", async () => {
    const endsAt = inTwoSeconds();
    using client = await connectAcknowledged(server.origin, { cookie: sessionUntil(endsAt) });
    await sendSubscribe(client, SUBSCRIPTION);
    const end = await soon(client.read(), "it must be closed");
    assertEquals(
      closeIn(end ?? new Uint8Array()),
      "4401 UNAUTHENTICATED: the session has ended, sign in again",
    );
    assert(Date.now() >= endsAt * 1000, "it must not end before");
  });

  it("ends the event streams that were opened with it", async () => {
    const endsAt = inTwoSeconds();
    const headers = { cookie: sessionUntil(endsAt), accept: "text/event-stream" };
    const response = await server.post(SUBSCRIPTION, headers);
    const text = await soon(response.text(), "it must end");
    assertMatch(text, /Cannot answer: the session has ended\. Sign in again\./);
    assertMatch(text, /"code":"UNAUTHENTICATED"/);
    assert(Date.now() >= endsAt * 1000, "it must not end before");
  });

  it("is not believed where it is further ahead than any: the clock was set back since", async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const askUntil = (endsAt: number) =>
      server.post({ query: "{ runs { totalCount } }" }, { cookie: sessionUntil(endsAt) });
    assertEquals(await statusOf(askUntil(seconds + SESSION_MS / 1000)), 200);
    assertEquals(await statusOf(askUntil(seconds + SESSION_MS / 1000 + 3_600)), 401);
  });
});
