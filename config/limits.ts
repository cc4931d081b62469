/** Limits of clients that environment variables set. */
import { oneOf, wrong } from "../lib/config_error.ts";

/** Configurable limits of one client. Fixed ones are in server/limits.ts. */
export interface Limits {
  /** True if introspection is on, and errors suggest similar names. */
  readonly introspection: boolean;
  /** Mutations per minute, in a burst or spread. */
  readonly mutationsPerMinute: number;
  /** Open subscriptions, and open WebSockets of an address. */
  readonly subscriptions: number;
  /** Runs that wait for a worker. */
  readonly queuedRuns: number;
  /** Megabytes (10^6 bytes) of an upload. */
  readonly uploadMegabytes: number;
  /** Megabytes of all uploads of a client together. */
  readonly uploadsMegabytes: number;
  /** Unfinished uploads of a client. */
  readonly unfinishedUploads: number;
  /** Webhooks of all clients together. */
  readonly webhooks: number;
}

/** Limits by default. */
export const DEFAULT_LIMITS: Limits = {
  introspection: true,
  mutationsPerMinute: 600,
  subscriptions: 1000,
  queuedRuns: 1000,
  uploadMegabytes: 10_000,
  uploadsMegabytes: 50_000,
  unfinishedUploads: 20,
  webhooks: 1000,
};

/**
 * Reads and checks the limits.
 *
 * @param read returns the value of a variable
 * @throws {ConfigError} naming the first wrong variable
 */
export function readLimits(read: (name: string) => string | undefined): Limits {
  const atMost = (name: string, limit: Exclude<keyof Limits, "introspection">) => {
    const value = read(name);
    if (value === undefined) return DEFAULT_LIMITS[limit];
    if (/^[1-9]\d{0,6}$/.test(value)) return Number(value);
    throw wrong(name, value, "a whole number from 1 to 9999999");
  };
  const introspection = read("EPOCHQL_INTROSPECTION") ?? "on";
  return {
    introspection: oneOf("EPOCHQL_INTROSPECTION", introspection, ["on", "off"]) === "on",
    mutationsPerMinute: atMost("EPOCHQL_MAX_MUTATIONS", "mutationsPerMinute"),
    subscriptions: atMost("EPOCHQL_MAX_SUBSCRIPTIONS", "subscriptions"),
    queuedRuns: atMost("EPOCHQL_MAX_QUEUED", "queuedRuns"),
    uploadMegabytes: atMost("EPOCHQL_MAX_UPLOAD_MB", "uploadMegabytes"),
    uploadsMegabytes: atMost("EPOCHQL_MAX_UPLOADS_MB", "uploadsMegabytes"),
    unfinishedUploads: atMost("EPOCHQL_MAX_UPLOADS", "unfinishedUploads"),
    webhooks: atMost("EPOCHQL_MAX_WEBHOOKS", "webhooks"),
  };
}
