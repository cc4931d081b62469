/** Looks up the addresses of a host once: those that are checked are those that are connected to. */
import { lookup } from "node:dns/promises";
import { deadline } from "../../lib/deadline.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { hostOf, literalAddress } from "../address/address_rule.ts";

/** Looks up the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Asks the resolver of this machine. */
const askResolver: Resolve = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};

/** Thrown for a host without an address. The message completes 'the host '. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/**
 * Returns the addresses of a URL's host; itself if it is an address.
 *
 * @throws {HostError} if it has none
 */
export async function addressesOf(
  url: URL,
  timeoutMs: number,
  resolve: Resolve = askResolver,
): Promise<readonly string[]> {
  const literal = literalAddress(url);
  if (literal !== undefined) return [literal];
  const host = hostOf(url);
  const unknown = (why: string) =>
    new HostError(`must be a name that can be looked up, got '${host}' (${why})`);
  const addresses = await deadline<readonly string[]>(
    timeoutMs,
    resolve(host).catch((error) => {
      throw unknown(codeOf(error));
    }),
    () => {
      throw unknown(`no answer within ${timeoutMs / 1000} s`);
    },
  );
  if (addresses.length === 0) throw unknown("no address");
  return addresses;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : errorMessage(error);
}
