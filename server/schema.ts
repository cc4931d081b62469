/**
 * The whole schema: every root field and, through them, every type. It is built once a process; the server
 * gives each operation its context (schema/context.ts).
 */
import { type GraphQLSchema, specifiedDirectives } from "graphql";
import "../resolvers/batch.ts";
import "../resolvers/batches.ts";
import "../resolvers/cancel_training.ts";
import "../resolvers/datasets.ts";
import "../resolvers/delete_run.ts";
import "../resolvers/devices.ts";
import "../resolvers/epochs.ts";
import "../resolvers/model_summary.ts";
import "../resolvers/name_checkpoint.ts";
import "../resolvers/pause_training.ts";
import "../resolvers/predict.ts";
import "../resolvers/recipes.ts";
import "../resolvers/resume_training.ts";
import "../resolvers/run.ts";
import "../resolvers/run_events.ts";
import "../resolvers/run_states.ts";
import "../resolvers/runs.ts";
import "../resolvers/samples.ts";
import "../resolvers/start_training.ts";
import "../resolvers/tags.ts";
import "../resolvers/update_run.ts";
import "../resolvers/viewer.ts";
import "../resolvers/workers.ts";
import "../schema/events/batches.ts";
import "../schema/events/cancel_requested.ts";
import "../schema/events/cancelled.ts";
import "../schema/events/checkpoint.ts";
import "../schema/events/checkpoint_named.ts";
import "../schema/events/checkpoint_removed.ts";
import "../schema/events/claimed.ts";
import "../schema/events/completed.ts";
import "../schema/events/failed.ts";
import "../schema/events/interrupted.ts";
import "../schema/events/log.ts";
import "../schema/events/noted.ts";
import "../schema/events/pause_requested.ts";
import "../schema/events/paused.ts";
import "../schema/events/queued.ts";
import "../schema/events/renamed.ts";
import "../schema/events/resume_requested.ts";
import "../schema/events/started.ts";
import "../schema/events/system.ts";
import "../schema/events/tagged.ts";
import "../schema/run_insight.ts";
import "../schema/run_seen.ts";
import "../schema/run_worker.ts";
import { builder } from "../schema/builder.ts";
import { deferDirective } from "../schema/defer.ts";

let schema: GraphQLSchema | undefined;

/** The schema that the server answers with. */
export function createApiSchema(): GraphQLSchema {
  return schema ??= builder.toSchema({
    directives: [...specifiedDirectives, deferDirective],
  });
}
