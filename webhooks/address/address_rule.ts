/** The rule of addresses that webhooks may connect to: public ones, and those of the allow list. */
import ipaddr from "ipaddr.js";
import type { AllowList } from "./allow_list.ts";

/** The part of IPv6 that is in use on the internet; the rest is special or reserved. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/** Names of address ranges for people, where the library's differ. */
const RANGE_NAMES: Readonly<Record<string, string>> = {
  linkLocal: "link-local",
  uniqueLocal: "unique local",
  carrierGradeNat: "carrier-grade NAT",
  rfc6052: "NAT64",
  rfc6145: "NAT64",
  deprecatedSiteLocal: "site-local",
};

/**
 * Returns the range of an address that is not public; undefined for a public one. IPv6 addresses that stand for one of
 * IPv4 (::ffff:…) count as that.
 *
 * @param address IPv4 or IPv6 in its usual form
 *
 * @example
 * ```ts
 * specialRange("10.1.2.3"); // private
 * specialRange("93.184.216.34"); // undefined
 * ```
 */
export function specialRange(address: string): string | undefined {
  const parsed = ipaddr.process(withoutZone(address));
  const range = parsed.range();
  if (range !== "unicast") return RANGE_NAMES[range] ?? range;
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_IPV6) ? "reserved" : undefined;
}

/** Returns whether a host is listed, by its name or by each address that it has. */
export function isListed(host: string, addresses: readonly string[], allowed: AllowList): boolean {
  return allowed.hasHost(host) ||
    addresses.every((address) => allowed.hasAddress(ipaddr.process(withoutZone(address))));
}

/**
 * Checks the addresses of a host before a connection is made.
 *
 * @returns a problem that completes 'the host must …'; undefined if it may be connected to
 */
export function addressProblem(
  url: URL,
  addresses: readonly string[],
  allowed: AllowList,
): string | undefined {
  const host = hostOf(url);
  if (isListed(host, addresses, allowed)) return undefined;
  for (const address of addresses) {
    const range = specialRange(address);
    if (range === undefined || allowed.hasAddress(ipaddr.process(withoutZone(address)))) continue;
    const got = address === host ? `${address} (${range})` : `'${host}' at ${address} (${range})`;
    return `must have a public address unless EPOCHQL_WEBHOOK_ALLOW lists it, got ${got}`;
  }
  if (url.protocol === "https:") return undefined;
  return `must be one that EPOCHQL_WEBHOOK_ALLOW lists where the address is not https, got '${host}'`;
}

/** Returns the host of a URL: a name in lower case without a final dot, or an address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** Returns the address that a host is, if it is one and no name. */
export function literalAddress(url: URL): string | undefined {
  const host = hostOf(url);
  return /^(\d+\.){3}\d+$/.test(host) || host.includes(":") ? host : undefined;
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, "");
}
