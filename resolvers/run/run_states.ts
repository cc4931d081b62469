/** Subscription.runStates */
import { followStates } from "../../runs/reading/follow.ts";
import { builder } from "../../schema/base/builder.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { Run } from "../../schema/run/run.ts";

builder.subscriptionField("runStates", (t) =>
  t.field({
    type: Run,
    description:
      "A run, each time its state, name, tags, note or a checkpoint's name changes. Starts with every " +
      "run that has not ended; never completes.",
    authScopes: { read: true },
    subscribe: (_root, _args, context, info) =>
      subscriptionSource(context, info, (signal) => followStates(context.store, { signal })),
    resolve: (run) => run,
  }));
