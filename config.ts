/**
 * Configuration of every process: the only reader of environment variables, with their defaults. An invalid value
 * aborts startup with one line.
 */
import { type Limits, readLimits } from "./config/limits.ts";
import { readOrigins } from "./config/origins.ts";
import { ConfigError, oneOf, orExit, quote, wrong } from "./lib/config_error.ts";
import { type Device, DEVICES, type EngineName, ENGINES } from "./ml/spec/spec.ts";
import { ALLOW_RULE, parseAllowList } from "./webhooks/address/allow_list.ts";
import { LOCATION_RULE, parseLocation } from "./runs/checkpoints/location.ts";
import { join } from "node:path";

/** Levels of the log, from the most to the least verbose. */
const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Formats of the log. `auto` is pretty on a terminal, otherwise JSON. */
const LOG_FORMATS = ["auto", "json", "pretty"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Configuration of every process. */
export interface WorkerConfig {
  /** Folder of runs and datasets. */
  readonly home: string;
  /** PostgreSQL database of runs, shared by servers and workers, in place of a file in the folder. */
  readonly databaseUrl?: string;
  /** Location of checkpoints: a folder, or 's3://bucket/prefix', which workers on several machines need. */
  readonly checkpoints: string;
  /** Number of workers to start, which share the machine's cores; 0 if they run elsewhere. */
  readonly workers: number;
  /** Engine of runs that request AUTO. */
  readonly engine: EngineName;
  /** First GPU of CUDA_VISIBLE_DEVICES, which trains. */
  readonly gpu?: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** Configuration of a server. */
export interface Config extends WorkerConfig {
  /** Port to listen on; 0 takes any free one. */
  readonly port: number;
  /** Host name or address to listen on. */
  readonly hostname: string;
  /** Token with the scope admin. This or the file is required where other machines can reach the server. */
  readonly token?: string;
  /** File of further tokens, each with a name and a scope (server/auth/tokens.ts). */
  readonly tokensFile?: string;
  /** Folder whose files and folders clients may import by their paths; without it, they upload them. */
  readonly imports?: string;
  /** Origins of other pages that may use the API, as browsers send them. */
  readonly origins: readonly string[];
  /** Number of proxies in front of the server, each of which appends its client's address to X-Forwarded-For. */
  readonly proxies: number;
  /** True if the server delivers webhooks. */
  readonly deliversWebhooks: boolean;
  /** Hosts and networks that webhooks may reach although they are not public, separated by commas. */
  readonly webhookAllow: string;
  readonly limits: Limits;
  /** Device of runs that request AUTO. */
  readonly device: Device;
}

/** Source of variables: Deno.env, or a map in tests. */
export interface Environment {
  get(name: string): string | undefined;
}

/** Characters of a token; a random one of this length cannot be guessed. */
const MIN_TOKEN_LENGTH = 16;

/** Rule of tokens, for messages. */
export const TOKEN_RULE = `${MIN_TOKEN_LENGTH} or more letters, digits and signs without spaces`;

/** Workers of a machine: each is two processes, so that a larger number is a mistake. */
const MAX_WORKERS = 256;

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
  const imports = readPath("EPOCHQL_IMPORTS", read("EPOCHQL_IMPORTS"), "folder");
  const tokensFile = readPath("EPOCHQL_TOKENS_FILE", read("EPOCHQL_TOKENS_FILE"), "file");
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
    ...(imports === undefined ? {} : { imports }),
    origins: readOrigins(read("EPOCHQL_ORIGINS") ?? ""),
    proxies: readProxies(read("EPOCHQL_PROXIES") ?? "0"),
    deliversWebhooks:
      oneOf("EPOCHQL_WEBHOOKS", read("EPOCHQL_WEBHOOKS") ?? "on", ["on", "off"]) === "on",
    webhookAllow: readWebhookAllow(read("EPOCHQL_WEBHOOK_ALLOW") ?? ""),
    limits: readLimits(read),
    device: oneOf("EPOCHQL_DEVICE", read("EPOCHQL_DEVICE") ?? "AUTO", DEVICES),
  };
}

/**
 * Reads and checks the configuration of a process that does not listen.
 *
 * @throws {ConfigError} naming the first wrong variable
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const read = (name: string) => env.get(name) || undefined;
  const databaseUrl = readDatabaseUrl(read("DATABASE_URL"));
  const home = readPath("EPOCHQL_HOME", read("EPOCHQL_HOME") ?? ".epochql", "folder");
  const checkpoints = readCheckpoints(read("EPOCHQL_CHECKPOINTS") ?? join(home, "checkpoints"));
  const workers = readWorkers(read("WORKERS") ?? "1");
  if (workers > 0) {
    mustFitInFlag("EPOCHQL_HOME", home);
    if (parseLocation(checkpoints)?.kind === "folder") {
      mustFitInFlag("EPOCHQL_CHECKPOINTS", checkpoints);
    }
  }
  const gpu = read("CUDA_VISIBLE_DEVICES")?.split(",")[0]?.trim();
  return {
    home,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    checkpoints,
    workers,
    engine: oneOf("EPOCHQL_ENGINE", read("EPOCHQL_ENGINE") ?? "AUTO", ENGINES),
    // CUDA defines this variable: other values are left to it.
    ...(gpu && /^[\w-]+$/.test(gpu) ? { gpu } : {}),
    logLevel: oneOf("LOG_LEVEL", read("LOG_LEVEL") ?? "info", LOG_LEVELS),
    logFormat: oneOf("LOG_FORMAT", read("LOG_FORMAT") ?? "auto", LOG_FORMATS),
  };
}

/**
 * Returns the URL of the server with the same environment, for a client on this machine.
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
  // A server on all addresses is reachable by the loopback address.
  const host = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
  const url = URL.parse(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
  if (!url) throw wrong("HOST", hostname, "an address that a URL can hold");
  return url;
}

/**
 * Returns the token that a client sends to the server.
 *
 * @throws {ConfigError} if it is no valid token
 */
export function readServerToken(env: Environment): string | undefined {
  return readToken(env.get("EPOCHQL_TOKEN") || undefined);
}

/** Reads the configuration of this process, a server; prints an invalid value and exits with code 2. */
export function loadConfig(): Config {
  return orExit(() => readConfig(Deno.env));
}

/** Reads the configuration of this process, which does not listen; prints an invalid value and exits with code 2. */
export function loadWorkerConfig(): WorkerConfig {
  return orExit(() => readWorkerConfig(Deno.env));
}

/** Returns whether only this machine can reach a server that listens there. */
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
  if (!/^\d{1,3}$/.test(value) || workers > MAX_WORKERS) {
    throw wrong(
      "WORKERS",
      value,
      `a whole number from 0 (none on this machine) to ${MAX_WORKERS}`,
    );
  }
  return workers;
}

function readProxies(value: string): number {
  if (!/^\d$/.test(value)) {
    throw wrong("EPOCHQL_PROXIES", value, "the number of proxies before the server, from 0 to 9");
  }
  return Number(value);
}

function readPath<Value extends string | undefined>(
  name: string,
  value: Value,
  kind: "file" | "folder",
): Value {
  if (value?.includes("\0")) throw wrong(name, value, `the path of a ${kind}`);
  return value;
}

/** A worker's permissions name its folders in a list. */
function mustFitInFlag(name: string, folder: string): void {
  if (folder.includes(",")) throw wrong(name, folder, "the path of a folder without a comma");
}

function readCheckpoints(value: string): string {
  if (parseLocation(value)) return value;
  // Hides keys in a URL.
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

/** Returns whether a text is a valid token. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && text.length >= MIN_TOKEN_LENGTH;
}

function readWebhookAllow(value: string): string {
  if (!parseAllowList(value)) throw wrong("EPOCHQL_WEBHOOK_ALLOW", value, ALLOW_RULE);
  return value;
}
