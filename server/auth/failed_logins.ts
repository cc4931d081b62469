/**
 * How many wrong tokens an address may show, by whatever way: the header, connection_init, the sign-in form or a session.
 * One more is told to wait, and the audit does not repeat itself. A right token is let in all the same, or guesses would
 * lock out others behind the same address: what keeps tokens from being guessed is how long they are.
 */
import { auditWrongToken } from "./audit.ts";
import type { Caller } from "../http/client.ts";
import { MAX_FAILED_LOGINS_PER_MINUTE } from "../limits.ts";
import { createTokenBuckets } from "./token_bucket.ts";

/** The wrong tokens of all addresses. */
export interface FailedLogins {
  /**
   * Counts one, and tells the audit of it.
   *
   * @returns seconds until the address may show the next, for a refusal by tooManyWrong(); 0 if this one was not too many
   */
  count(caller: Caller, path: string): number;
}

/** Starts with none. */
export function createFailedLogins(): FailedLogins {
  const shown = createTokenBuckets(MAX_FAILED_LOGINS_PER_MINUTE, MAX_FAILED_LOGINS_PER_MINUTE / 60);
  const warnings = createTokenBuckets(1, 1 / 60);
  return {
    count(caller, path) {
      const wait = Math.ceil(shown.take(caller.address, 1));
      if (wait === 0) auditWrongToken(caller, path, "UNAUTHENTICATED");
      else if (warnings.take(caller.address, 1) === 0) {
        auditWrongToken(caller, path, "RATE_LIMITED");
      }
      return wait;
    },
  };
}

/** What is said to who has shown too many. It fits into the reason of a WebSocket's close. */
export function tooManyFailedLogins(wait: number): string {
  return `an address must show at most ${MAX_FAILED_LOGINS_PER_MINUTE} wrong tokens a minute, got more. ` +
    `Try again in ${wait} s.`;
}
