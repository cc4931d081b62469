/**
 * The queue: the runs that a worker may claim, oldest first. There is one for each requested device, so that runs
 * that wait for other devices cost nothing, however many there are.
 */
import { type ExpressionBuilder, type Kysely, sql, type SqlBool } from "kysely";
import type { Device } from "../../../ml/spec/spec.ts";
import type { RunState } from "../../log/state.ts";
import type { Tables } from "./tables.ts";

/**
 * A queue: of the runs for a device, or of the runs that only need to be ended, which need none.
 */
export type Queue = Device | "ENDING";

/** Condition for states of runs that a worker may claim, written exactly as in the index, so that it is used. */
const isClaimable = sql<SqlBool>`state in (${
  sql.join(
    (["QUEUED", "RUNNING", "PAUSING", "CANCELLING", "INTERRUPTED"] as const).map((state) =>
      sql.lit(state)
    ),
  )
})`;

/** States of runs that are ended by the next worker that claims them. */
const ENDING = ["PAUSING", "CANCELLING"] as const satisfies readonly RunState[];

/** A condition on runs. */
export type Condition = (build: ExpressionBuilder<Tables, "runs">) => ReturnType<
  ExpressionBuilder<Tables, "runs">["or"]
>;

/** Selects the oldest run of a queue that meets a condition. */
export function oldestOf(db: Kysely<Tables>, queue: Queue, condition: Condition) {
  const runs = db.selectFrom("runs").where(condition).orderBy("number").limit(1);
  return queue === "ENDING"
    ? runs.where("state", "in", ENDING)
    : runs.where("device", "=", queue).where(isClaimable);
}

/**
 * Finds the queues with a run that meets a condition, the one with the oldest run first.
 *
 * @returns each queue with the number of its oldest run
 */
export async function queuesOf(
  db: Kysely<Tables>,
  queues: readonly Queue[],
  condition: Condition,
): Promise<readonly { readonly queue: Queue; readonly number: number }[]> {
  const [first, ...others] = queues.map((queue) => {
    const oldest = oldestOf(db, queue, condition).select("number")
      .select(sql.lit<Queue>(queue).as("queue"));
    return db.selectFrom(oldest.as("oldest")).selectAll();
  });
  if (!first) return [];
  return await others.reduce((all, one) => all.unionAll(one), first).orderBy("number").execute();
}
