/** Shared start of subscriptions that follow a run: the run must exist. */
import type { RunStore } from "../../runs/store/store.ts";
import { noSuchRun } from "../base/global_id.ts";

/**
 * Makes sure that a run is there before it is followed.
 *
 * @param runId the run's key; where there is none, any run will do
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} NOT_FOUND
 */
export async function requireRun(
  store: RunStore,
  runId: string | undefined,
  purpose: string,
): Promise<void> {
  if (runId !== undefined && !await store.get(runId)) throw noSuchRun(purpose, runId);
}
