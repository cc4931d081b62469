/** The proxy that fetch() takes from the environment. */

/** Source and target of variables: Deno.env, or a map in tests. */
interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): unknown;
}

/** Hosts of this machine, which no proxy can reach. */
const LOOPBACK = ["localhost", "127.0.0.0/8", "127.0.0.1", "::1", "[::1]"];

/** Makes fetch() and WebSockets reach this machine directly. Call it before the first request. */
export function bypassProxyOnLoopback(env: Variables = Deno.env): void {
  const others = env.get("NO_PROXY") || env.get("no_proxy") || undefined;
  env.set("NO_PROXY", [...(others === undefined ? [] : [others]), ...LOOPBACK].join(","));
}

/**
 * Finds the proxy by which an address may be reached, for messages.
 *
 * @returns its variable and its address without a password; undefined if there is none
 */
export function proxyFor(
  url: URL,
  env: Pick<Variables, "get"> = Deno.env,
): { readonly variable: string; readonly address: string } | undefined {
  if (/^(localhost|127\..*|\[::1\])$/.test(url.hostname)) return undefined;
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  for (const variable of [name, name.toLowerCase(), "ALL_PROXY", "all_proxy"]) {
    const value = env.get(variable);
    if (value) return { variable, address: value.replace(/\/\/.*@/, "//…@") };
  }
  return undefined;
}
