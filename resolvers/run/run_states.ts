/** Subscription.runStates */
import { followStates } from "../../runs/reading/follow.ts";
import { builder } from "../../schema/base/builder.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { Run } from "../../schema/run/run.ts";

builder.subscriptionField("runStates", (t) =>
  t.field({
    type: Run,
    description:
      "A run, each time its state, its name, its tags, its note or the name of a checkpoint change. Opens " +
      "with every run that is not over; never completes by itself.",
    authScopes: { read: true },
    subscribe: (_root, _args, context, info) =>
      subscriptionSource(context, info, (signal) => followStates(context.store, { signal })),
    resolve: (run) => run,
  }));
