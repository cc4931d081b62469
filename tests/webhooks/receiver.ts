/** A receiver of webhooks on this machine, which remembers what it was sent and answers as a test says. */

/** A message as it arrived. */
export interface Received {
  readonly id: string;
  readonly type: string;
  // The data has the shape of its type.
  // deno-lint-ignore no-explicit-any
  readonly data: any;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Options of startReceiver(). */
export interface ReceiverOptions {
  /** Answers a message; 204 by default. */
  readonly answer?: (received: Received, path: string) => Response | Promise<Response>;
  /** Certificate and key for https. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A receiver. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** All messages so far. */
  readonly received: readonly Received[];
  /** 'type', or 'type number' of an epoch, in the order of arrival. */
  types(): readonly string[];
}

/** Starts a receiver. */
export function startReceiver({ answer, tls }: ReceiverOptions = {}): Receiver {
  const received: Received[] = [];
  const closing = new AbortController();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", signal: closing.signal, onListen() {}, ...tls },
    async (request) => {
      const body = await request.text();
      const headers = Object.fromEntries(request.headers);
      const { type, data } = JSON.parse(body);
      const message = { id: headers["webhook-id"] ?? "", type, data, headers, body };
      received.push(message);
      const { pathname } = new URL(request.url);
      return await answer?.(message, pathname) ?? new Response(null, { status: 204 });
    },
  );
  const { port } = server.addr;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}/hook`,
    port,
    received,
    types: () =>
      received.map(({ type, data }) =>
        type === "run.epoch" ? `${type} ${data.epoch.number}` : type
      ),
    async [Symbol.asyncDispose]() {
      // Answers that a test holds back are broken off.
      closing.abort();
      await server.finished;
    },
  };
}
