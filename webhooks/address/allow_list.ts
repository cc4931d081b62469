/** The addresses that webhooks may reach although they are not public: EPOCHQL_WEBHOOK_ALLOW. */
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** Hosts and networks that may be reached, also without TLS. */
export interface AllowList {
  /** Returns whether a name is listed, whatever it resolves to. */
  hasHost(host: string): boolean;
  /** Returns whether an address is listed, itself or by its network. */
  hasAddress(address: Address): boolean;
}

/** Rule of the list, for messages. */
export const ALLOW_RULE =
  "host names, addresses and networks such as hooks.internal,10.1.2.3,192.168.0.0/16, separated by commas";

/** Names of hosts, without a port. */
const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * Parses a list; an empty text is an empty list.
 *
 * @returns undefined if an entry is neither a host name nor an address nor a network
 *
 * @example
 * ```ts
 * parseAllowList("hooks.internal,10.0.0.0/8")?.hasHost("hooks.internal"); // true
 * ```
 */
export function parseAllowList(text: string): AllowList | undefined {
  const hosts = new Set<string>();
  const ranges: Range[] = [];
  for (const entry of text.split(",").map((part) => part.trim().toLowerCase())) {
    if (entry === "") continue;
    const range = parseRange(entry);
    if (range) ranges.push(range);
    else if (HOST.test(entry) && !/^[\d.]+$/.test(entry)) hosts.add(entry);
    else return undefined;
  }
  return {
    hasHost: (host) => hosts.has(host),
    hasAddress: (address) => ranges.some((range) => isWithin(address, range)),
  };
}

function parseRange(entry: string): Range | undefined {
  const text = entry.replace(/^\[(.*)\]/, "$1");
  // The library's parser also takes '10.1' and octal numbers.
  if (!/^(\d{1,3}\.){3}\d{1,3}(\/|$)/.test(text) && !text.includes(":")) return undefined;
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function isWithin(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
