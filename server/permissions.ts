/**
 * What the server's process is allowed, as Deno's flags: the least it needs. No native code: it never trains.
 * As a program, prints them for a task.
 */
import { fileURLToPath } from "node:url";
import { type Config, ConfigError, readConfig } from "../config.ts";
import { checkpointPermissions } from "../runs/checkpoints/permissions.ts";
import { checkpointsFolder } from "../runs/paths.ts";
import { StoreUnavailableError } from "../runs/store/store.ts";
import { postgresPermissions } from "../runs/store/postgres/location.ts";

/**
 * The flags of main.ts.
 *
 * It listens, and opens no connection but to its database and its checkpoints, where these are no files; reads what
 * belongs to it, its folder and its tokens; writes into its folder; and runs Deno, for its workers, if it has any.
 */
export function serverPermissions(
  {
    hostname,
    port,
    home,
    databaseUrl,
    tokensFile,
    workers = 1,
    checkpoints = checkpointsFolder(home),
  }:
    & Pick<Config, "hostname" | "port" | "home" | "databaseUrl" | "tokensFile">
    & Partial<Pick<Config, "workers" | "checkpoints">>,
): readonly string[] {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const needs = [checkpointPermissions(checkpoints)];
  if (databaseUrl !== undefined) needs.push(postgresPermissions(databaseUrl));
  const read = [
    home,
    ...(tokensFile === undefined ? [] : [tokensFile]),
    ...needs.flatMap(({ read }) => read),
  ];
  return [
    "--no-prompt",
    `--allow-net=${[`${host}:${port}`, ...needs.flatMap(({ net }) => net)].join(",")}`,
    allow("read", [fileURLToPath(new URL("..", import.meta.url)), ...read]),
    allow("write", [home, ...needs.flatMap(({ write }) => write)]),
    "--allow-env",
    ...(workers === 0 ? [] : [allow("run", [Deno.execPath()])]),
  ];
}

/** A flag cannot name a path with a comma, nor a task one with a space: then it has to allow all of them. */
function allow(what: "read" | "write" | "run", paths: readonly string[]): string {
  return paths.some((path) => /[\s,]/.test(path))
    ? `--allow-${what}`
    : `--allow-${what}=${paths.join(",")}`;
}

if (import.meta.main) {
  try {
    console.log(serverPermissions(readConfig(Deno.env)).join(" "));
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StoreUnavailableError)) throw error;
    // The server says what is wrong, and reads no more than the environment before it does.
    console.log("--no-prompt --allow-env");
  }
}
