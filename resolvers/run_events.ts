/** Subscription.runEvents */
import { z } from "zod";
import { followEvents } from "../runs/follow.ts";
import { builder } from "../schema/builder.ts";
import { requireRun } from "../schema/follow_run.ts";
import { runId as idOfRun } from "../schema/global_id.ts";
import { live } from "../schema/live.ts";
import { between } from "../schema/rules.ts";
import { RunEvent } from "../schema/run_event.ts";
import { RunEventType } from "../schema/run_event_type.ts";

const purpose = "follow a run";

const typeList = z.array(z.string()).min(1, {
  error: `Cannot ${purpose}: types must hold one type or more, got none.`,
});

builder.subscriptionField("runEvents", (t) =>
  t.field({
    type: RunEvent,
    description:
      "Everything that happens to a run, from its beginning. Completes when the run is over; while it is " +
      "paused it stays open.",
    authScopes: { read: true },
    args: {
      runId: t.arg.id({ required: true, description: "The run's id." })
        .validate(idOfRun(purpose)),
      afterSeq: t.arg.int({
        defaultValue: 0,
        description: "Only events after the one with this `seq`.",
        validate: between(purpose, "afterSeq", 0),
      }),
      types: t.arg({
        type: [RunEventType],
        description: "Only events of these types: a log is long because of its batches.",
        validate: typeList,
      }),
    },
    subscribe: async (_root, { runId, afterSeq, types }, context, info) => {
      await requireRun(context.store, runId, purpose);
      const onLive = context.onLiveEvent;
      return live(context, info, (signal) =>
        followEvents(context.store, runId, {
          ...{ afterSeq: afterSeq ?? 0, signal, onLive },
          ...(types ? { types: [...new Set(types)] } : {}),
        }));
    },
    resolve: (event) => event,
  }));
