/**
 * Audit log: one line for each mutation, sign-in and failed login, at every LOG_LEVEL. A line names the viewer, the
 * address, the field, the run and the outcome; never a token or an argument.
 */
import { getLogger } from "@logtape/logtape";
import type { Viewer } from "../../schema/base/access.ts";
import type { MutationRecord } from "../../schema/base/context.ts";
import type { Caller, Client } from "../http/client.ts";
import { AUDIT_CATEGORY } from "../observability/log.ts";

const log = getLogger([...AUDIT_CATEGORY]);

/** Records that a mutation was executed or refused. */
export function auditMutation({ viewer, ...caller }: Client, record: MutationRecord): void {
  log.info("{who} at {address}: {field} of {runId} by {operation}: {code}", {
    who: viewer.name,
    scope: viewer.scope,
    ...caller,
    ...record,
  });
}

/** Records a sign-in by the page. */
export function auditSignIn({ name, scope }: Viewer, caller: Caller): void {
  log.info("{who} at {address}: sign-in: {code}", { who: name, scope, ...caller, code: "OK" });
}

/** Records a failed login, or, as RATE_LIMITED, that an address made too many. */
export function auditWrongToken(
  caller: Caller,
  path: string,
  code: "UNAUTHENTICATED" | "RATE_LIMITED",
): void {
  log.info("nobody at {address}: {path}: {code}", { who: null, ...caller, path, code });
}
