/** Query.runs */
import { z } from "zod";
import { DESCRIPTION_LIMITS } from "../../runs/log/description.ts";
import { NEWEST_FIRST } from "../../runs/store/run_order.ts";
import { RUN_STATES } from "../../runs/log/state.ts";
import { builder } from "../../schema/base/builder.ts";
import { perItem } from "../../schema/base/cost.ts";
import { badCursor } from "../../schema/base/cursor.ts";
import { badInput } from "../../schema/base/errors.ts";
import { toPage } from "../../schema/base/page.ts";
import { intBetween, line } from "../../schema/base/validators.ts";
import { afterCursor, placeOf, RunConnection, runsIn } from "../../schema/run/run_connection.ts";
import { RunOrder } from "../../schema/run/run_order.ts";
import { RunState } from "../../schema/run/run.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 20;
const MAX_SEARCH = 200;
const purpose = "page through runs";

const stateList = z.array(z.enum(RUN_STATES)).min(1, {
  error: `Cannot ${purpose}: states must hold one state or more, got none.`,
});

const fraction = z.number().refine((value) => value >= 0 && value <= 1, {
  error: ({ input }) => `Cannot ${purpose}: minTestAcc must be between 0 and 1, got ${input}.`,
});

builder.queryField("runs", (t) =>
  t.field({
    type: RunConnection,
    description: "Runs that match all filters. Default order: newest first.",
    authScopes: { read: true },
    complexity: ({ first }) => perItem(first),
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_PAGE,
        description: `Maximum number of runs, 1 to ${MAX_PAGE}.`,
        validate: intBetween(purpose, "first", 1, MAX_PAGE),
      }),
      after: t.arg.string({
        description:
          "Only runs after this cursor: the previous page's `endCursor`, with the same `orderBy`.",
      }),
      state: t.arg({ type: RunState, description: "Only runs in this state." }),
      states: t.arg({
        type: [RunState],
        description: "Only runs in one of these states. Cannot be combined with `state`.",
        validate: stateList,
      }),
      tag: t.arg.string({
        description: "Only runs with this tag.",
        validate: line(purpose, "tag", DESCRIPTION_LIMITS.tag),
      }),
      search: t.arg.string({
        description:
          "Only runs with each of these words in their name, recipe, seed, tags or note; `seed 3` finds those " +
          "with that seed. Case-insensitive; " +
          `up to ${MAX_SEARCH} characters.`,
        validate: line(purpose, "search", MAX_SEARCH),
      }),
      minTestAcc: t.arg.float({
        description: "Only runs with at least this best test accuracy, 0 to 1.",
        validate: fraction,
      }),
      orderBy: t.arg({ type: RunOrder, description: "Order of the runs. Default: newest first." }),
    },
    resolve: async (_root, args, { store }) => {
      const order = {
        field: args.orderBy?.field ?? NEWEST_FIRST.field,
        direction: args.orderBy?.direction ?? NEWEST_FIRST.direction,
      };
      const connection = runsIn(order);
      const cursor = args.after ?? undefined;
      const place = cursor === undefined ? {} : afterCursor(cursor, order);
      const { states, tag, search, minTestAcc } = args;
      if (args.state && states) {
        throw badInput(
          `Cannot ${purpose}: only one of state and states must be given, got both.`,
          ["states"],
        );
      }
      const state = args.state ?? states;
      const { runs, hasNextPage, totalCount } = await store.list({
        first: args.first ?? DEFAULT_PAGE,
        order,
        ...place,
        state: state ?? undefined,
        tag: tag?.trim(),
        search: search ?? undefined,
        minTestAcc: minTestAcc ?? undefined,
      }).catch((error) => {
        // The run that the cursor names was deleted.
        throw error instanceof RangeError ? badCursor(connection, cursor ?? "") : error;
      });
      return toPage(runs, {
        connection,
        placeOf: (run) => placeOf(run, order),
        hasNextPage,
        hasPreviousPage: cursor !== undefined,
        totalCount,
      });
    },
  }));
