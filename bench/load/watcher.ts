/**
 * A watcher with minimum cost: a socket, one request and a counter of events. A client library would use most of
 * the CPU time.
 */

/** Results that a watcher has received. */
export interface Watched {
  readonly events: number;
  /** Bytes on the wire, headers included. */
  readonly bytes: number;
  /** Arrival times of the numbered events, in milliseconds of the machine's clock. */
  readonly arrivals: readonly (readonly [number: number, at: number])[];
}

/** Order of a watcher: the operation and its end. */
export interface WatchOrder {
  readonly origin: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The field of an event that holds its number; left out, arrivals are not noted. */
  readonly numbered?: string;
}

/** A clock that all processes of the machine share, in milliseconds. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Watches until the subscription completes.
 *
 * @param onOpen called when the first bytes arrive
 * @throws {Error} if it ends otherwise
 */
export async function watch(
  { origin, query, variables, numbered }: WatchOrder,
  onOpen: () => void = () => {},
): Promise<Watched> {
  const { hostname, port, host } = new URL(origin);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const body = JSON.stringify({ query, variables });
  await writeAll(
    connection,
    new TextEncoder().encode(
      `POST /graphql HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    ),
  );
  const number = numbered === undefined ? undefined : new RegExp(`"${numbered}":(\\d+)`, "g");
  const arrivals: [number: number, at: number][] = [];
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let [events, bytes, rest] = [0, 0, ""];
  for (;;) {
    const read = await connection.read(buffer);
    if (read === null) throw new Error(`Cannot watch: the server left after ${events} events.`);
    if (bytes === 0) onOpen();
    bytes += read;
    const text = rest + decoder.decode(buffer.subarray(0, read), { stream: true });
    const end = text.lastIndexOf("\n\n") + 2;
    if (end < 2) {
      rest = text;
      continue;
    }
    const whole = text.slice(0, end);
    rest = text.slice(end);
    if (whole.startsWith("HTTP/1.1 ") && !whole.startsWith("HTTP/1.1 200 ")) {
      throw new Error(`Cannot watch: the server answered '${whole.split("\r\n", 1)[0]}'.`);
    }
    events += whole.split("event: next\n").length - 1;
    if (number) {
      const at = now();
      for (const [, found] of whole.matchAll(number)) arrivals.push([Number(found), at]);
    }
    if (whole.includes("event: complete\n")) return { events, bytes, arrivals };
  }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
