/** Subscription.epochs */
import { followEpochs } from "../../runs/reading/follow.ts";
import { builder } from "../../schema/base/builder.ts";
import { Epoch } from "../../schema/metrics/epoch.ts";
import { requireRun } from "../../schema/run/require_run.ts";
import { runId as idOfRun } from "../../schema/base/global_id.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { intBetween } from "../../schema/base/validators.ts";

const purpose = "follow epochs";

builder.subscriptionField("epochs", (t) =>
  t.field({
    type: Epoch,
    description:
      "The epochs of a run, each when it is done. Without a runId: of the run that is training " +
      "now, or is next; where there is none, of the next one that is started. Completes when the run is " +
      "over; while it is paused it stays open.",
    authScopes: { read: true },
    args: {
      runId: t.arg.id({ description: "The run's id." }).validate(idOfRun(purpose).nullish()),
      afterEpoch: t.arg.int({
        defaultValue: 0,
        description: "Only epochs after the one with this number.",
        validate: intBetween(purpose, "afterEpoch", 0),
      }),
    },
    subscribe: async (_root, args, context, info) => {
      const runId = args.runId ?? undefined;
      await requireRun(context.store, runId, purpose);
      return subscriptionSource(context, info, (signal) =>
        followEpochs(context.store, {
          ...(runId === undefined ? {} : { runId }),
          onLive: context.onLiveEvent,
          afterEpoch: args.afterEpoch ?? 0,
          signal,
        }));
    },
    resolve: (epoch) => epoch,
  }));
