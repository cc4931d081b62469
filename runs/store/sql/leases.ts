/**
 * The rule of leases. A lease holds until its end, unless that is further ahead than leases last: then the clock was
 * set back since, and the end says nothing.
 */
import { type RawBuilder, sql, type SqlBool } from "kysely";
import { TERMINAL_LEASE_MS } from "../../timeouts.ts";
import type { SqlEngine } from "./engine.ts";
import type { RunRow } from "./tables.ts";

/** A lease, and the database's time. */
type Lease = Pick<RunRow, "lease_owner" | "lease_until" | "lease_ms"> & { readonly now: number };

/** Multiple of a lease's length from which its end is not believed: clocks are also set back by little. */
const MARGIN = 2;

/** Columns of a run that no worker holds. */
export const NO_LEASE = { lease_owner: null, lease_until: 0, lease_ms: 0 } as const;

/** Returns the columns of a lease that begins now. */
export function leaseFrom(
  now: number,
  leaseMs: number,
): Pick<RunRow, "lease_until" | "lease_ms"> {
  const length = Math.round(leaseMs);
  return { lease_until: now + length, lease_ms: Math.max(0, length) };
}

/** Returns whether a lease holds. */
export function hasLease({ lease_until, lease_ms, now }: Lease): boolean {
  return lease_until >= now && lease_until <= now + MARGIN * (lease_ms || TERMINAL_LEASE_MS);
}

/** Builds the condition that a run's lease holds. Older versions write no lease_ms. */
export function leaseHolds({ now }: SqlEngine): RawBuilder<SqlBool> {
  return sql<SqlBool>`(lease_until >= ${now} and lease_until <= ${now} + ${sql.lit(MARGIN)} * (
    case when lease_ms > 0 then lease_ms else ${sql.lit(TERMINAL_LEASE_MS)} end))`;
}

/** Says why a worker's lease does not hold. */
export function leaseExpiredReason({ lease_owner, lease_until, now }: Lease): string {
  const why = lease_until > now
    ? "the clock was set back after the last renewal of its lease"
    : `its lease ran out ${((now - lease_until) / 1000).toFixed(1)} s ago`;
  return `The worker ${lease_owner} gave no sign of life: ${why}.`;
}
