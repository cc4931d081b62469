/**
 * Permissions of the server's process, as Deno's flags: the fewest it needs, and no native code, since it never trains.
 * As a program, it prints them for deno.json's tasks.
 */
import { fileURLToPath } from "node:url";
import { type Config, readConfig } from "../config.ts";
import { ConfigError } from "../lib/config_error.ts";
import { fontFolders } from "../pictures/fonts/font_folders.ts";
import { checkpointPermissions } from "../runs/checkpoints/permissions.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";
import { checkpointsFolder } from "../runs/paths.ts";
import { postgresPermissions } from "../runs/store/postgres/location.ts";

/**
 * Returns the flags of main.ts.
 *
 * It listens, connects to its database and its checkpoint store if they are remote, reads its code, its folder, its
 * tokens, sources of imports and the machine's fonts, writes into its folder, and runs Deno, for workers, imports and
 * predictions.
 */
export function serverPermissions(
  {
    hostname,
    port,
    home,
    databaseUrl,
    tokensFile,
    imports,
    checkpoints = checkpointsFolder(home),
  }:
    & Pick<Config, "hostname" | "port" | "home" | "databaseUrl" | "tokensFile" | "imports">
    & Partial<Pick<Config, "checkpoints">>,
): readonly string[] {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const needs = [checkpointPermissions(checkpoints)];
  if (databaseUrl !== undefined) needs.push(postgresPermissions(databaseUrl));
  const read = [
    home,
    ...(tokensFile === undefined ? [] : [tokensFile]),
    ...(imports === undefined ? [] : [imports]),
    ...needs.flatMap(({ read }) => read),
    // For signs in pictures that the bundled fonts lack.
    ...fontFolders(),
  ];
  return [
    "--no-prompt",
    `--allow-net=${[`${host}:${port}`, ...needs.flatMap(({ net }) => net)].join(",")}`,
    allow("read", [fileURLToPath(new URL("..", import.meta.url)), ...read]),
    allow("write", [home, ...needs.flatMap(({ write }) => write)]),
    "--allow-env",
    allow("run", [Deno.execPath()]),
  ];
}

/** Allows all paths where one has a comma or a space, which flags and tasks cannot quote. */
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
    // The server reports the problem after reading only the environment.
    console.log("--no-prompt --allow-env");
  }
}
