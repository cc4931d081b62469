/** Clients that subscribe to large events and read none of them. */
import { assert } from "@std/assert";
import type { RawClient } from "../support/raw_client.ts";

/** Subscribes by server-sent events, and returns when the network's buffers are full. */
export async function subscribeUnread(client: RawClient, ticks: () => number): Promise<void> {
  const query = encodeURIComponent("subscription { texts }");
  await client.send(
    `GET /graphql?query=${query} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`,
  );
  await stopsGrowing(ticks);
}

/** Waits until a count of events of 100 kB stops growing, as it must when the buffers are full. */
export async function stopsGrowing(count: () => number): Promise<void> {
  for (let before = -1, now = 0; now === 0 || now !== before;) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = count();
    assert(now < 300, `${now} events were made for a client that reads none`);
  }
}
