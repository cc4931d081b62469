/**
 * Listens for writes of other processes to PostgreSQL, on a connection of its own. It is reopened when it is lost or
 * its server takes no writes any more, as after a failover. Notifications in between are missed, so every topic is
 * treated as changed after a reconnection.
 */
import { Client, type ClientConfig } from "pg";
import { delay } from "../../../lib/delay.ts";
import { LISTENER_PING_MS, LISTENER_RETRY_MS, MAX_LISTENER_RETRY_MS } from "../../timeouts.ts";

/** A listener on a channel. */
export interface Listener {
  close(): Promise<void>;
}

/**
 * Listens until it is closed.
 *
 * @param onNews is called when something may have been written, with the payload of the notification, if there is one
 */
export function listen(
  config: ClientConfig,
  channel: string,
  onNews: (payload?: string) => void,
): Listener {
  const closing = new AbortController();
  const listening = (async () => {
    for (let pause = LISTENER_RETRY_MS; !closing.signal.aborted;) {
      if (await hear()) pause = LISTENER_RETRY_MS;
      await delay(pause, closing.signal);
      pause = Math.min(2 * pause, MAX_LISTENER_RETRY_MS);
    }
  })();
  return {
    async close() {
      closing.abort();
      await listening;
    },
  };

  /** Listens until the connection is lost. Returns true if it was established. */
  async function hear(): Promise<boolean> {
    const client = new Client(config);
    const lost = new AbortController();
    client.on("error", () => lost.abort());
    client.on("end", () => lost.abort());
    client.on("notification", ({ payload }) => onNews(payload || undefined));
    let wasConnected = false;
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      wasConnected = true;
      onNews();
      const over = AbortSignal.any([lost.signal, closing.signal]);
      for (;;) {
        await delay(LISTENER_PING_MS, over);
        if (over.aborted) break;
        if (await readsOnly(client)) break;
      }
    } catch {
      // Reads report why the database is unavailable.
    }
    await client.end().catch(() => {});
    return wasConnected;
  }
}

/** Returns whether the session takes no writes: nobody will notify it. */
async function readsOnly(client: Client): Promise<boolean> {
  const { rows: [setting] } = await client.query<{ transaction_read_only: string }>(
    "show transaction_read_only",
  );
  return setting?.transaction_read_only === "on";
}
