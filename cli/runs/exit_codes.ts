/** Exit codes of the programs that are clients of a server. */
import { ConfigError } from "../../lib/config_error.ts";
import { RefusedError, UnavailableError, UsageError } from "./errors.ts";

export const DONE = 0;
export const REFUSED = 1;
export const WRONG_INPUT = 2;
export const UNAVAILABLE = 3;

/** Returns the exit code of an error with a message for users; undefined for others. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof UsageError || error instanceof ConfigError) return WRONG_INPUT;
  if (error instanceof RefusedError) return REFUSED;
  if (error instanceof UnavailableError) return UNAVAILABLE;
  return undefined;
}
