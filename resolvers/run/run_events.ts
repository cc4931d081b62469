/** Subscription.runEvents */
import { z } from "zod";
import type { RunEventType as Type } from "../../runs/log/event.ts";
import { followEvents, hasEvents } from "../../runs/reading/follow.ts";
import { builder } from "../../schema/base/builder.ts";
import { badInput } from "../../schema/base/errors.ts";
import { requireRun } from "../../schema/run/require_run.ts";
import { runId as idOfRun } from "../../schema/base/global_id.ts";
import { resumePoint } from "../../schema/base/resumption.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { intBetween } from "../../schema/base/validators.ts";
import { RunEvent } from "../../schema/event/run_event.ts";
import { RUN_EVENT_TYPE_NAMES, RunEventType } from "../../schema/event/run_event_type.ts";

const purpose = "follow a run";

const typeList = z.array(z.string()).min(1, {
  error: `Cannot ${purpose}: types must hold one type or more, got none.`,
});

/** The types of events to follow, as a client selects them. */
interface TypeFilter {
  readonly types?: readonly Type[] | null | undefined;
  readonly excludeTypes?: readonly Type[] | null | undefined;
}

/**
 * Lists the selected types; undefined for all.
 *
 * @throws {GraphQLError} BAD_USER_INPUT if none is left
 */
function typesOf({ types, excludeTypes }: TypeFilter): readonly Type[] | undefined {
  if (!types && !excludeTypes?.length) return undefined;
  const selected = new Set(types ?? RUN_EVENT_TYPE_NAMES).difference(new Set(excludeTypes));
  if (selected.size > 0) return [...selected];
  throw badInput(`Cannot ${purpose}: excludeTypes must leave a type, got every one.`, [
    "excludeTypes",
  ]);
}

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
      excludeTypes: t.arg({
        type: [RunEventType],
        description: "No events of these types, also of `types`. Default: none.",
      }),
    },
    subscribe: async (_root, args, context, info) => {
      const { store, onLiveEvent: onLive } = context;
      const { runId } = args;
      const types = typesOf(args);
      await requireRun(store, runId, purpose);
      const resumed = await resumePoint(context, {
        numbering: "seq",
        runId,
        purpose,
        hasMore: ({ id }, afterSeq) => hasEvents(store, id, { afterSeq, types }),
      });
      const afterSeq = Math.max(args.afterSeq ?? 0, resumed?.after ?? 0);
      return subscriptionSource(context, info, (signal) =>
        followEvents(store, runId, { afterSeq, types, onLive, signal }));
    },
    resolve: (event) =>
      event,
  }));
