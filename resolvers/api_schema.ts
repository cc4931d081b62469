/**
 * GraphQL schema of the API. Each import registers root fields or types with the builder; the context of an operation is
 * in schema/base/context.ts.
 */
import { type GraphQLSchema, specifiedDirectives } from "graphql";
import "./dataset/batch.ts";
import "./metrics/batches.ts";
import "./run/cancel_training.ts";
import "./dataset/datasets.ts";
import "./run/delete_run.ts";
import "./worker/devices.ts";
import "./metrics/epochs.ts";
import "./network/model_summary.ts";
import "./checkpoint/name_checkpoint.ts";
import "./run/pause_training.ts";
import "./evaluation/predict.ts";
import "./network/recipes.ts";
import "./run/resume_training.ts";
import "./run/run.ts";
import "./run/run_events.ts";
import "./run/run_states.ts";
import "./run/runs.ts";
import "./dataset/samples.ts";
import "./run/start_training.ts";
import "./run/tags.ts";
import "./run/update_run.ts";
import "./viewer/viewer.ts";
import "./worker/workers.ts";
import "../schema/run/evaluation_fields.ts";
import "../schema/run/event_fields.ts";
import "../schema/run/monitoring_fields.ts";
import "../schema/run/spec_fields.ts";
import "../schema/run/training_fields.ts";
import "../schema/run/worker_field.ts";
import { builder } from "../schema/base/builder.ts";
import { deferDirective } from "../schema/base/defer.ts";

let schema: GraphQLSchema | undefined;

/** Returns the schema, which is built once per process. */
export function createApiSchema(): GraphQLSchema {
  return schema ??= builder.toSchema({
    directives: [...specifiedDirectives, deferDirective],
  });
}
