/**
 * What the environment decides, for every process of the project: the only reader of environment variables
 * and their defaults. A wrong value stops the start with one line; nothing is guessed.
 */
import { ConfigError, oneOf, orExit, quote, wrong } from "./lib/config_error.ts";
import { type Device, DEVICES } from "./ml/spec/spec.ts";
import { LOCATION_RULE, parseLocation } from "./runs/checkpoints/location.ts";
import { join } from "node:path";

/** How much the log tells, from the most to the least. */
const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How lines of the log look: for programs, for people, or as fits where they go. */
const LOG_FORMATS = ["auto", "json", "pretty"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What every process is told. */
export interface WorkerConfig {
  /** The folder of everything that is kept: runs, datasets. Relative to the working directory, if relative. */
  readonly home: string;
  /** The PostgreSQL database that keeps runs instead of a file in the folder; many servers and workers share it. */
  readonly databaseUrl?: string;
  /** Where checkpoints are kept: a folder, or 's3://bucket/prefix'. Workers on several machines need one that all reach. */
  readonly checkpoints: string;
  /** How many workers to start. They share the machine's cores; 0: none, they run elsewhere. */
  readonly workers: number;
  /** The GPU that trains, as CUDA_VISIBLE_DEVICES names it: the first of those. */
  readonly gpu?: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** What a server gives to one client at most, where operators differ. The rest is fixed: server/limits.ts. */
export interface Limits {
  /** Whether clients may ask for the schema, and are told of names that are like the one they got wrong. */
  readonly introspection: boolean;
  /** Mutations a minute. They may also be made all at once. */
  readonly mutationsPerMinute: number;
  /** Subscriptions at a time, and WebSockets of an address. */
  readonly subscriptions: number;
  /** Runs that wait for a worker. */
  readonly queuedRuns: number;
}

/** The limits where nothing is said. */
export const DEFAULT_LIMITS: Limits = {
  introspection: true,
  mutationsPerMinute: 600,
  subscriptions: 1000,
  queuedRuns: 1000,
};

/** What the server is told. */
export interface Config extends WorkerConfig {
  /** Where to listen; 0 takes any free port. */
  readonly port: number;
  /** The host name or address to listen on. */
  readonly hostname: string;
  /**
   * What clients must show, who may then do everything. This or the file is always there where the server can be reached
   * from other machines.
   */
  readonly token?: string;
  /** A file of more tokens, each with its name and scope (server/auth/tokens.ts). */
  readonly tokensFile?: string;
  /** How many proxies stand before the server, each of which adds the address that asked it to X-Forwarded-For. */
  readonly proxies: number;
  readonly limits: Limits;
  /** The device of runs that ask for AUTO. */
  readonly device: Device;
}

/** Reads variables: Deno.env, or a stand-in. */
export interface Environment {
  get(name: string): string | undefined;
}

/** A token must not be guessed: this many characters of a random one take longer than anyone has. */
const SHORTEST_TOKEN = 16;

/** What a token must be, for messages. */
export const TOKEN_RULE = `${SHORTEST_TOKEN} or more letters, digits and signs without spaces`;

/** Each worker is two processes: more than this are a slip of the hand. */
const MOST_WORKERS = 256;

/**
 * Reads and checks the configuration of a server. An empty value counts as none.
 *
 * @throws {ConfigError} naming the first wrong variable
 *
 * @example
 * ```ts
 * readConfig(new Map([["PORT", "9000"]])).port; // 9000
 * ```
 */
export function readConfig(env: Environment): Config {
  const read = (name: string) => env.get(name) || undefined;
  const port = readPort(read("PORT") ?? "8000");
  const hostname = readHostname(read("HOST") ?? "127.0.0.1");
  const token = readToken(read("EPOCHQL_TOKEN"));
  const tokensFile = readTokensFile(read("EPOCHQL_TOKENS_FILE"));
  if (token === undefined && tokensFile === undefined && !isLoopback(hostname)) {
    throw new ConfigError(
      "HOST",
      quote(hostname),
      "EPOCHQL_TOKEN must be set, or EPOCHQL_TOKENS_FILE, where other machines can reach the server; " +
        "set one, or set HOST to 127.0.0.1.",
    );
  }
  return {
    ...readWorkerConfig(env),
    port,
    hostname,
    ...(token === undefined ? {} : { token }),
    ...(tokensFile === undefined ? {} : { tokensFile }),
    proxies: readProxies(read("EPOCHQL_PROXIES") ?? "0"),
    limits: readLimits(read),
    device: oneOf("EPOCHQL_DEVICE", read("EPOCHQL_DEVICE") ?? "AUTO", DEVICES),
  };
}

/**
 * Reads and checks what a process needs that does not listen: how a server is reached is none of its business.
 *
 * @throws {ConfigError} naming the first wrong variable
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const read = (name: string) => env.get(name) || undefined;
  const databaseUrl = readDatabaseUrl(read("DATABASE_URL"));
  const home = readHome(read("EPOCHQL_HOME") ?? ".epochql");
  const gpu = read("CUDA_VISIBLE_DEVICES")?.split(",")[0]?.trim();
  return {
    home,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    checkpoints: readCheckpoints(read("EPOCHQL_CHECKPOINTS") ?? join(home, "checkpoints")),
    workers: readWorkers(read("WORKERS") ?? "1"),
    // Another's variable: what it may hold is not ours to say.
    ...(gpu && /^[\w-]+$/.test(gpu) ? { gpu } : {}),
    logLevel: oneOf("LOG_LEVEL", read("LOG_LEVEL") ?? "info", LOG_LEVELS),
    logFormat: oneOf("LOG_FORMAT", read("LOG_FORMAT") ?? "auto", LOG_FORMATS),
  };
}

/**
 * Where a client on this machine finds the server that has the same environment.
 *
 * @throws {ConfigError} naming the first wrong variable
 *
 * @example
 * ```ts
 * readServerUrl(new Map([["PORT", "9000"]])).href; // http://127.0.0.1:9000/
 * ```
 */
export function readServerUrl(env: Environment): URL {
  const port = readPort(env.get("PORT") || "8000");
  if (port === 0) {
    throw new ConfigError("PORT", "0", "the server's port is not known; name the server itself.");
  }
  const hostname = readHostname(env.get("HOST") || "127.0.0.1");
  // Where it listens on all addresses, one of them is the loopback's.
  const host = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
  const url = URL.parse(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
  if (!url) throw wrong("HOST", hostname, "an address that a URL can hold");
  return url;
}

/**
 * The token that a client shows to the server.
 *
 * @throws {ConfigError} if no server has such a one
 */
export function readServerToken(env: Environment): string | undefined {
  return readToken(env.get("EPOCHQL_TOKEN") || undefined);
}

/** The configuration of this process, which serves. A wrong one is printed and ends it with exit code 2. */
export function loadConfig(): Config {
  return orExit(() => readConfig(Deno.env));
}

/** The configuration of this process, which does not serve. A wrong one is printed and ends it with exit code 2. */
export function loadWorkerConfig(): WorkerConfig {
  return orExit(() => readWorkerConfig(Deno.env));
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(hostname);
}

function readPort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535) {
    throw wrong("PORT", value, "a whole number from 0 (any free port) to 65535");
  }
  return port;
}

function readHostname(value: string): string {
  // An IPv6 address may come in the brackets that URLs give it.
  const hostname = value.replace(/^\[(.*)\]$/, "$1");
  const isAddress = /^[0-9a-f:.%]+$/i.test(hostname) && hostname.includes(":");
  const isName = hostname.length <= 253 &&
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(hostname);
  if (!isAddress && !isName) {
    throw wrong("HOST", value, "a host name or an IP address without a port");
  }
  return hostname;
}

function readWorkers(value: string): number {
  const workers = Number(value);
  if (!/^\d{1,3}$/.test(value) || workers > MOST_WORKERS) {
    throw wrong(
      "WORKERS",
      value,
      `a whole number from 0 (none on this machine) to ${MOST_WORKERS}`,
    );
  }
  return workers;
}

function readLimits(read: (name: string) => string | undefined): Limits {
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
  };
}

function readProxies(value: string): number {
  if (!/^\d$/.test(value)) {
    throw wrong("EPOCHQL_PROXIES", value, "the number of proxies before the server, from 0 to 9");
  }
  return Number(value);
}

function readHome(value: string): string {
  if (value.includes("\0")) throw wrong("EPOCHQL_HOME", value, "the path of a folder");
  return value;
}

function readCheckpoints(value: string): string {
  if (parseLocation(value)) return value;
  // Some write keys into URLs; they are not shown.
  const shown = value.replace(/\/\/.*@/, "//…@");
  throw wrong(
    "EPOCHQL_CHECKPOINTS",
    shown,
    `${LOCATION_RULE}, with lower-case letters, digits, '.' and '-' in BUCKET`,
  );
}

function readDatabaseUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url && /^postgres(ql)?:$/.test(url.protocol) && !/\s/.test(value)) return value;
  // Its value may hold a password, so it is not shown.
  throw new ConfigError(
    "DATABASE_URL",
    "…",
    "DATABASE_URL must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with signs such as @, / and # in the " +
      "password written as %40, %2F and %23; unset it to keep runs in EPOCHQL_HOME.",
  );
}

function readToken(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // It travels in a header. The value itself is never shown.
  if (!isToken(value)) {
    throw new ConfigError(
      "EPOCHQL_TOKEN",
      "…",
      `EPOCHQL_TOKEN must be ${TOKEN_RULE}, ` +
        `got ${value.length} characters; 'openssl rand -hex 32' makes one.`,
    );
  }
  return value;
}

/** Whether a text can be a token. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && text.length >= SHORTEST_TOKEN;
}

function readTokensFile(value: string | undefined): string | undefined {
  if (value?.includes("\0")) throw wrong("EPOCHQL_TOKENS_FILE", value, "the path of a file");
  return value;
}
