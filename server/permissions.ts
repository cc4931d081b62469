/**
 * What the server's process is allowed, as Deno's flags: the least it needs. No native code: it never trains.
 * As a program, prints them for a task.
 */
import { fileURLToPath } from "node:url";
import { type Config, ConfigError, readConfig } from "../config.ts";

/**
 * The flags of main.ts.
 *
 * It listens and opens no connection; reads what belongs to it and its folder; writes into its folder; and
 * runs Deno, for its worker.
 */
export function serverPermissions(
  { hostname, port, home }: Pick<Config, "hostname" | "port" | "home">,
): readonly string[] {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return [
    "--no-prompt",
    `--allow-net=${host}:${port}`,
    allow("read", [fileURLToPath(new URL("..", import.meta.url)), home]),
    allow("write", [home]),
    "--allow-env",
    allow("run", [Deno.execPath()]),
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
    if (!(error instanceof ConfigError)) throw error;
    // The server says what is wrong, and reads no more than the environment before it does.
    console.log("--no-prompt --allow-env");
  }
}
