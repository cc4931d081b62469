/** Subscription.runEvents */
import { z } from "zod";
import { followEvents } from "../../runs/reading/follow.ts";
import { builder } from "../../schema/base/builder.ts";
import { requireRun } from "../../schema/run/require_run.ts";
import { runId as idOfRun } from "../../schema/base/global_id.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { intBetween } from "../../schema/base/validators.ts";
import { RunEvent } from "../../schema/event/run_event.ts";
import { RunEventType } from "../../schema/event/run_event_type.ts";

const purpose = "follow a run";

const typeList = z.array(z.string()).min(1, {
  error: `Cannot ${purpose}: types must hold one type or more, got none.`,
});

builder.subscriptionField("runEvents", (t) =>
  t.field({
    type: RunEvent,
    description:
      "Events of a run, from its first. Completes when the run ends; stays open while it is paused.",
    authScopes: { read: true },
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." })
        .validate(idOfRun(purpose)),
      afterSeq: t.arg.int({
        defaultValue: 0,
        description: "Only events after this `seq`.",
        validate: intBetween(purpose, "afterSeq", 0),
      }),
      types: t.arg({
        type: [RunEventType],
        description: "Only events of these types. Default: all.",
        validate: typeList,
      }),
    },
    subscribe: async (_root, { runId, afterSeq, types }, context, info) => {
      await requireRun(context.store, runId, purpose);
      const onLive = context.onLiveEvent;
      return subscriptionSource(context, info, (signal) =>
        followEvents(context.store, runId, {
          afterSeq: afterSeq ?? 0,
          signal,
          onLive,
          types: types ? [...new Set(types)] : undefined,
        }));
    },
    resolve: (event) => event,
  }));
