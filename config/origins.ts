/** Origins of other pages that may use the API, as EPOCHQL_ORIGINS lists them. */
import { ConfigError, quote } from "../lib/config_error.ts";

const VARIABLE = "EPOCHQL_ORIGINS";

/** Form of an origin: a scheme and a host, and a port that is not the scheme's own. */
const FORM = "SCHEME://HOST or SCHEME://HOST:PORT, such as https://app.example.com";

/**
 * Reads a list of origins that are separated by commas. Each must be written as browsers send it.
 *
 * @throws {ConfigError} naming the first wrong origin
 *
 * @example
 * ```ts
 * readOrigins("http://localhost:5173,https://app.example.com"); // both
 * ```
 */
export function readOrigins(value: string): readonly string[] {
  if (value === "") return [];
  const origins = value.split(",").map((text) => text.trim());
  for (const origin of origins) {
    const problem = problemOf(origin);
    if (problem !== undefined) throw new ConfigError(VARIABLE, quote(value), problem);
  }
  return [...new Set(origins)];
}

function problemOf(text: string): string | undefined {
  const got = text === "" ? "an empty one" : quote(text);
  if (text.includes("*")) {
    return `an origin must be written out, got ${got}: with a wildcard, pages that nobody here knows could read ` +
      "and steer every run.";
  }
  if (text.toLowerCase() === "null") {
    return "an origin must not be null: files, sandboxed frames and data URLs of every site have that one. Serve the " +
      "page by HTTP and list its origin.";
  }
  const url = URL.parse(text);
  if (!url || url.host === "" || url.protocol === "file:") {
    return `an origin must be ${FORM}, got ${got}.`;
  }
  // Not url.origin, which is null for the schemes of apps, such as tauri://localhost.
  const origin = `${url.protocol}//${url.host}`;
  return text === origin
    ? undefined
    : `an origin must be as browsers send it, without a path: ${quote(origin)}, got ${got}.`;
}
