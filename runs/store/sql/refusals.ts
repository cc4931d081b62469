/** Refusals of the store: a full queue, a lost claim. */
import type { Run } from "../../log/run.ts";
import { FencedError, QueueFullError } from "../errors.ts";
import type { NewRun } from "../store.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "kysely";

/** @throws {QueueFullError} if a client has more than its maximum number of queued runs, the new one included */
export async function mustHaveRoom(
  transaction: Transaction<Tables>,
  { name, maxQueued }: NonNullable<NewRun["starter"]>,
): Promise<void> {
  const { queued } = await transaction.selectFrom("runs")
    .select((build) => build.fn.countAll<number>().as("queued"))
    .where("state", "=", "QUEUED").where("started_by", "=", name).executeTakeFirstOrThrow();
  if (Number(queued) <= maxQueued) return;
  throw new QueueFullError(
    `Cannot train: '${name}' must have at most ${maxQueued} runs in the queue, got ${queued}. ` +
      "Wait until some are trained, or cancel some.",
  );
}

/** Returns the error of a worker that has lost its claim. */
export function fenced(run: Run): FencedError {
  return new FencedError(
    `Cannot go on with the run '${run.name}': another worker took it, or it has ended or was deleted.`,
  );
}
