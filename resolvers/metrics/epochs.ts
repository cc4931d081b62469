/** Subscription.epochs */
import { followEpochs, hasEvents } from "../../runs/reading/follow.ts";
import { builder } from "../../schema/base/builder.ts";
import { Epoch } from "../../schema/metrics/epoch.ts";
import { requireRun } from "../../schema/run/require_run.ts";
import { runId as idOfRun } from "../../schema/base/global_id.ts";
import { resumePoint } from "../../schema/base/resumption.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { intBetween } from "../../schema/base/validators.ts";

const purpose = "follow epochs";

builder.subscriptionField("epochs", (t) =>
  t.field({
    type: Epoch,
    description:
      "Epochs of a run, each on completion. Completes when the run ends; stays open while it is paused.",
    authScopes: { read: true },
    args: {
      runId: t.arg.id({
        description: "ID of the run. Default: the run in training, else the next to start.",
      }).validate(idOfRun(purpose).nullish()),
      afterEpoch: t.arg.int({
        defaultValue: 0,
        description: "Only epochs after this number.",
        validate: intBetween(purpose, "afterEpoch", 0),
      }),
    },
    subscribe: async (_root, args, context, info) => {
      const { store, onLiveEvent: onLive } = context;
      const runId = args.runId ?? undefined;
      await requireRun(store, runId, purpose);
      const resumed = await resumePoint(context, {
        numbering: "seq",
        runId,
        purpose,
        hasMore: ({ id }, afterSeq) => hasEvents(store, id, { afterSeq, types: ["epoch"] }),
      });
      return subscriptionSource(context, info, (signal) =>
        followEpochs(store, {
          runId: resumed?.runId ?? runId,
          afterSeq: resumed?.after,
          afterEpoch: args.afterEpoch ?? 0,
          onLive,
          signal,
        }));
    },
    resolve: (epoch) => epoch,
  }));
