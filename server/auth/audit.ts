/**
 * The audit: one line in the log for each mutation, each sign-in and each wrong token, at every LOG_LEVEL. It says who,
 * from where, what of which run and what came of it; never a token, nor what was written.
 */
import { getLogger } from "@logtape/logtape";
import type { Viewer } from "../../schema/base/access.ts";
import type { MutationRecord } from "../../schema/base/audit_plugin.ts";
import type { Caller, Client } from "../http/client.ts";
import { AUDIT_CATEGORY } from "../observability/log.ts";

const log = getLogger([...AUDIT_CATEGORY]);

/** A mutation was carried out, or refused. */
export function auditMutation({ viewer, ...caller }: Client, record: MutationRecord): void {
  log.info("{who} at {address}: {field} of {runId} by {operation}: {code}", {
    who: viewer.name,
    scope: viewer.scope,
    ...caller,
    ...record,
  });
}

/** Somebody has signed in by the page. */
export function auditSignIn({ name, scope }: Viewer, caller: Caller): void {
  log.info("{who} at {address}: sign-in: {code}", { who: name, scope, ...caller, code: "OK" });
}

/** Somebody showed a token, or a session, that is none of this server's (any more), perhaps one after the other. */
export function auditWrongToken(
  caller: Caller,
  path: string,
  code: "UNAUTHENTICATED" | "RATE_LIMITED",
): void {
  log.info("nobody at {address}: {path}: {code}", { who: null, ...caller, path, code });
}
