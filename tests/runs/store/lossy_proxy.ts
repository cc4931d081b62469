/**
 * A way to a server on which answers can be lost: a TCP proxy that catches the answer to a request, after the
 * server has given it and before the client receives it.
 */

/** The proxy. */
export interface LossyProxy {
  readonly port: number;
  /**
   * Catches the answer to the next request that contains a text: then the connection breaks, or stays open and
   * silent. Resolves when it has.
   */
  catchAnswerTo(text: string, then: "break" | "hold"): Promise<void>;
  close(): Promise<void>;
}

interface Trap {
  readonly text: string;
  readonly then: "break" | "hold";
  readonly caught: () => void;
}

/** Starts a proxy to a port of this machine. */
export function startProxy(port: number): LossyProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.Conn>();
  const closing = Promise.withResolvers<void>();
  let trap: Trap | undefined;

  const accepting = (async () => {
    for await (const client of listener) serve(client).catch(() => {});
  })();

  async function serve(client: Deno.Conn): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port });
    connections.add(client).add(server);
    let sprung: Trap | undefined;
    const forth = pipe(client, server, (text) => {
      if (trap === undefined || !text.includes(trap.text)) return true;
      sprung = trap;
      trap = undefined;
      return true;
    });
    const back = pipe(server, client, async () => {
      if (sprung === undefined) return true;
      sprung.caught();
      if (sprung.then === "hold") await closing.promise;
      return false;
    });
    await Promise.all([forth, back]);
  }

  /** Passes bytes on until `mayPass` says no, or either end closes; then both are closed. */
  async function pipe(
    from: Deno.Conn,
    to: Deno.Conn,
    mayPass: (text: string) => boolean | Promise<boolean>,
  ): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of from.readable) {
        if (!await mayPass(decoder.decode(bytes))) break;
        for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
      }
    } catch {
      // It is closed.
    }
    for (const connection of [from, to]) close(connection);
  }

  function close(connection: Deno.Conn): void {
    connections.delete(connection);
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  }

  return {
    port: listener.addr.port,
    catchAnswerTo: (text, then) =>
      new Promise((resolve) => {
        trap = { text, then, caught: resolve };
      }),
    async close() {
      closing.resolve();
      listener.close();
      for (const connection of connections) close(connection);
      await accepting;
    },
  };
}
