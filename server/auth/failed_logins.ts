/**
 * Rate limit of failed logins per address, by header, connection_init, sign-in form or session. A valid token is
 * accepted even beyond the limit, or an attacker could lock out others behind the same address: the length of tokens
 * prevents guessing.
 */
import { auditWrongToken } from "./audit.ts";
import type { Caller } from "../http/client.ts";
import { MAX_FAILED_LOGINS_PER_MINUTE } from "../limits.ts";
import { createTokenBuckets } from "./token_bucket.ts";

/** Failed logins of all addresses. */
export interface FailedLogins {
  /**
   * Counts and audits one. Beyond the limit, the audit records at most one a minute.
   *
   * @returns seconds that the address has to wait, for tooManyFailedLogins(); 0 within the limit
   */
  count(caller: Caller, path: string): number;
}

/** Creates a rate limit without any failed login. */
export function createFailedLogins(): FailedLogins {
  const attempts = createTokenBuckets(
    MAX_FAILED_LOGINS_PER_MINUTE,
    MAX_FAILED_LOGINS_PER_MINUTE / 60,
  );
  const warnings = createTokenBuckets(1, 1 / 60);
  return {
    count(caller, path) {
      const wait = Math.ceil(attempts.take(caller.address, 1));
      if (wait === 0) auditWrongToken(caller, path, "UNAUTHENTICATED");
      else if (warnings.take(caller.address, 1) === 0) {
        auditWrongToken(caller, path, "RATE_LIMITED");
      }
      return wait;
    },
  };
}

/** Returns the message for clients over the limit. It fits into the reason of a WebSocket's close. */
export function tooManyFailedLogins(wait: number): string {
  return `an address must show at most ${MAX_FAILED_LOGINS_PER_MINUTE} wrong tokens a minute, got more. ` +
    `Try again in ${wait} s.`;
}
