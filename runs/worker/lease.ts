/**
 * Keeps a claim alive by a timer, whatever the training does.
 */
import { delay } from "../../lib/delay.ts";
import {
  type Claim,
  FencedError,
  type Run,
  type RunStore,
  StoreUnavailableError,
} from "../store/store.ts";

/** What to do with what the renewals say. */
export interface LeaseOptions {
  readonly leaseMs: number;
  /** Ends the renewals. */
  readonly until: AbortSignal;
  /** Is given the run as it is now, so that what clients ask for is seen. */
  readonly onRun: (run: Run) => void;
  /** Another worker has the run, or it is over. */
  readonly onLost: () => void;
}

/** Renews the lease three times in its length, until it is lost or not needed any more. */
export async function keepLease(
  store: RunStore,
  claim: Claim,
  { leaseMs, until, onRun, onLost }: LeaseOptions,
): Promise<void> {
  for (;;) {
    await delay(leaseMs / 3, until);
    if (until.aborted) return;
    try {
      onRun(await store.renew(claim, leaseMs));
    } catch (error) {
      // While the store cannot be used, nobody else can take the run either.
      if (error instanceof StoreUnavailableError) continue;
      // The claim may have ended, with the run, while the renewal was on its way.
      if (!until.aborted) onLost();
      if (error instanceof FencedError) return;
      throw error;
    }
  }
}
