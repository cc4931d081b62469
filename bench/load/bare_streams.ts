/**
 * Peer of live events: Deno.serve alone, which writes an event to every stream at a time, without GraphQL, log or
 * limits. What it takes is the least that a server on Deno's streams can. Prints its address.
 *
 *     bare_streams.ts WATCHERS EVENTS EVERY_MS
 */
import { now } from "./watcher.ts";

if (import.meta.main) {
  const [watchers = 0, events = 0, everyMs = 0] = Deno.args.map(Number);
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const send = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    for (const stream of streams) stream.enqueue(bytes);
  };
  const sendAll = () => {
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ < events) return send(eventOf(sent));
      clearInterval(timer);
      send("event: complete\ndata:\n\n");
      for (const stream of streams) stream.close();
    }, everyMs);
  };
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  }, () => {
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        stream.enqueue(new TextEncoder().encode(":\n\n"));
        if (streams.push(stream) === watchers) sendAll();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
}

/** An event of the size of ours, with the time at which it is sent. */
function eventOf(number: number): string {
  const batches = { at: Math.round(now()), epoch: 1, step: number, loss: 0.123456, acc: 0.9375 };
  return `event: next\nid: ${number}\ndata: ${JSON.stringify({ data: { batches } })}\n\n`;
}
