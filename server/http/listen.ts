/** Listening for HTTP, with errors that name the remedy. */

/** Address to listen on; port 0 takes any free one. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** Thrown when the server cannot listen. The message names the cause and the remedy. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/**
 * Serves HTTP.
 *
 * @param options.signal ends the server and every connection
 * @throws {ListenError} if the address cannot be used
 */
export function listen(
  { hostname, port }: Address,
  options: Pick<Deno.ServeTcpOptions, "signal" | "onError">,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, ...options, onListen() {} }, handler);
  } catch (cause) {
    const message = explain(cause, { hostname, port });
    throw message === undefined ? cause : new ListenError(message, { cause });
  }
}

function explain(error: unknown, { hostname, port }: Address): string | undefined {
  if (error instanceof Deno.errors.AddrInUse) {
    return `Cannot listen on port ${port}: it is in use, perhaps by another epochql. ` +
      "Stop that, or set PORT to another port.";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `Cannot listen on port ${port}: the system does not allow it. Set PORT to 1024 or more.`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable || /lookup address/.test(String(error))) {
    return `Cannot listen on ${hostname}: HOST must be an address of this machine. ` +
      "Set it to 127.0.0.1, or to 0.0.0.0 for all of them.";
  }
  return undefined;
}
