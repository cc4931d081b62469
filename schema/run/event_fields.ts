/** Fields of Run about its event log. */
import { builder } from "../base/builder.ts";
import { COST, perItem } from "../base/cost.ts";
import { intBetween } from "../base/validators.ts";
import { RunEvent } from "../event/run_event.ts";
import { Run } from "./run.ts";

const MAX_EVENTS = 1000;

builder.objectFields(Run, (t) => ({
  events: t.field({
    type: [RunEvent],
    description: "Its events, in order.",
    complexity: ({ first }) => perItem(first, COST.log),
    args: {
      first: t.arg.int({
        defaultValue: 100,
        description: `Maximum number of events, 1 to ${MAX_EVENTS}.`,
        validate: intBetween("read events", "first", 1, MAX_EVENTS),
      }),
      afterSeq: t.arg.int({
        defaultValue: 0,
        description: "Only events after this `seq`.",
        validate: intBetween("read events", "afterSeq", 0),
      }),
    },
    resolve: (run, { first, afterSeq }, { store }) =>
      store.read(run.id, { afterSeq: afterSeq ?? 0, limit: first ?? 100 }),
  }),
  lastSeq: t.int({
    description: "Sequence number of its last event.",
    resolve: ({ snapshot }) => snapshot.lastSeq,
  }),
}));
