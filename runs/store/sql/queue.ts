/**
 * The queue: the runs that a worker may take, the oldest first. There is one for each device that runs ask for, so
 * that those which wait for another device are not even looked at, however many they are.
 */
import { type ExpressionBuilder, type Kysely, sql, type SqlBool } from "kysely";
import type { Device } from "../../../ml/spec/spec.ts";
import type { RunState } from "../../log/state.ts";
import type { Tables } from "./tables.ts";

/**
 * A queue: that of a device, or that of runs that only need to be ended, for which no device is
 * needed.
 */
export type Queue = Device | "ENDING";

/** States of runs that a worker may take, if no other holds them. Others read like this in the index's own words. */
const isClaimable = sql<SqlBool>`state in (${
  sql.join(
    (["QUEUED", "RUNNING", "PAUSING", "CANCELLING", "INTERRUPTED"] as const).map((state) =>
      sql.lit(state)
    ),
  )
})`;

/** States of runs that are left as they are by whoever takes them. */
const ENDING = ["PAUSING", "CANCELLING"] as const satisfies readonly RunState[];

/** A condition on runs. */
export type Condition = (build: ExpressionBuilder<Tables, "runs">) => ReturnType<
  ExpressionBuilder<Tables, "runs">["or"]
>;

/** The oldest run of a queue for which a condition holds. */
export function oldestOf(db: Kysely<Tables>, queue: Queue, condition: Condition) {
  const runs = db.selectFrom("runs").where(condition).orderBy("number").limit(1);
  return queue === "ENDING"
    ? runs.where("state", "in", ENDING)
    : runs.where("device", "=", queue).where(isClaimable);
}

/**
 * The queues in which there is a run for which a condition holds: the one with the oldest first.
 *
 * @returns each with the number of its oldest run
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
