/** Subscription.batches */
import { followBatches } from "../../runs/reading/follow.ts";
import { Batch } from "../../schema/metrics/batch.ts";
import { builder } from "../../schema/base/builder.ts";
import { requireRun } from "../../schema/run/require_run.ts";
import { runId as idOfRun } from "../../schema/base/global_id.ts";
import { resumePoint } from "../../schema/base/resumption.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { intBetween } from "../../schema/base/validators.ts";

const purpose = "follow batches";

builder.subscriptionField("batches", (t) =>
  t.field({
    type: Batch,
    description:
      "Steps of a run, as they are trained. Completes when the run ends; stays open while it is paused.",
    authScopes: { read: true },
    args: {
      runId: t.arg.id({
        description: "ID of the run. Default: the run in training, else the next to start.",
      }).validate(idOfRun(purpose).nullish()),
      afterStep: t.arg.int({
        defaultValue: 0,
        description: "Only steps after this number, counted from 1 over the whole run.",
        validate: intBetween(purpose, "afterStep", 0),
      }),
      every: t.arg.int({
        defaultValue: 1,
        description: "Only every n-th step: those whose number is a multiple of this.",
        validate: intBetween(purpose, "every", 1),
      }),
    },
    subscribe: async (_root, args, context, info) => {
      const { store, onLiveEvent: onLive } = context;
      const runId = args.runId ?? undefined;
      const every = args.every ?? 1;
      await requireRun(store, runId, purpose);
      const resumed = await resumePoint(context, {
        numbering: "step",
        runId,
        purpose,
        hasMore: ({ snapshot }, afterStep) => Math.floor(snapshot.step / every) * every > afterStep,
      });
      return subscriptionSource(context, info, (signal) =>
        followBatches(store, {
          runId: resumed?.runId ?? runId,
          afterStep: Math.max(args.afterStep ?? 0, resumed?.after ?? 0),
          every,
          onLive,
          signal,
        }));
    },
    resolve: (batch) => batch,
  }));
