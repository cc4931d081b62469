/**
 * GraphQL schema of the API. As is usual with Pothos, imports register root fields and types with the builder;
 * tests/schema/contract_test.ts finds a root field that is missing here.
 */
import { type GraphQLSchema, specifiedDirectives } from "graphql";
import { builder } from "../schema/base/builder.ts";
import { deferDirective } from "../schema/base/defer.ts";

// Root fields.
import "./checkpoint/name_checkpoint.ts";
import "./dataset/batch.ts";
import "./dataset/cancel_import.ts";
import "./dataset/dataset.ts";
import "./dataset/dataset_imports.ts";
import "./dataset/datasets.ts";
import "./dataset/delete_dataset.ts";
import "./dataset/import_dataset.ts";
import "./dataset/samples.ts";
import "./evaluation/predict.ts";
import "./metrics/batches.ts";
import "./metrics/epochs.ts";
import "./network/model_summary.ts";
import "./network/recipes.ts";
import "./run/cancel_training.ts";
import "./run/check_training.ts";
import "./run/delete_run.ts";
import "./run/pause_training.ts";
import "./run/resume_training.ts";
import "./run/run.ts";
import "./run/run_events.ts";
import "./run/run_states.ts";
import "./run/runs.ts";
import "./run/start_training.ts";
import "./run/tags.ts";
import "./run/update_run.ts";
import "./upload/create_upload.ts";
import "./viewer/viewer.ts";
import "./webhook/create_webhook.ts";
import "./webhook/delete_webhook.ts";
import "./webhook/ping_webhook.ts";
import "./webhook/rotate_webhook_secret.ts";
import "./webhook/update_webhook.ts";
import "./webhook/webhooks.ts";
import "./worker/devices.ts";
import "./worker/workers.ts";
// Fields of Dataset about its import.
import "../schema/dataset/import_fields.ts";
// Fields of Run whose types refer to Run.
import "../schema/run/evaluation_fields.ts";
import "../schema/run/event_fields.ts";
import "../schema/checkpoint/exports.ts";
import "../schema/run/monitoring_fields.ts";
import "../schema/run/spec_fields.ts";
import "../schema/run/training_fields.ts";
import "../schema/run/worker_field.ts";

let schema: GraphQLSchema | undefined;

/** Returns the schema, which is built once per process. */
export function createApiSchema(): GraphQLSchema {
  return schema ??= builder.toSchema({
    directives: [...specifiedDirectives, deferDirective],
  });
}
