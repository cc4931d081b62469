/** Query.runs */
import { builder } from "../schema/builder.ts";
import { badCursor, fromCursor } from "../schema/cursor.ts";
import { toPage } from "../schema/page.ts";
import { between } from "../schema/rules.ts";
import { RunConnection } from "../schema/run_connection.ts";
import { RunState } from "../schema/run_state.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 20;
const connection = "runs";

builder.queryField("runs", (t) =>
  t.field({
    type: RunConnection,
    description: "All runs, newest first.",
    args: {
      first: t.arg.int({
        defaultValue: DEFAULT_PAGE,
        description: `How many runs at most, 1 to ${MAX_PAGE}.`,
        validate: between("page through runs", "first", 1, MAX_PAGE),
      }),
      after: t.arg.string({
        description: "Only runs after this cursor: the last page's `endCursor`.",
      }),
      state: t.arg({ type: RunState, description: "Only runs in this state." }),
    },
    resolve: async (_root, args, { store }) => {
      const cursor = args.after ?? undefined;
      const after = cursor === undefined ? undefined : fromCursor(connection, cursor);
      const state = args.state ?? undefined;
      const { runs, hasNextPage, totalCount } = await store.list({
        first: args.first ?? DEFAULT_PAGE,
        ...(after === undefined ? {} : { after }),
        ...(state === undefined ? {} : { state }),
      }).catch((error) => {
        // The run that the cursor names was deleted.
        throw error instanceof RangeError ? badCursor(connection, cursor ?? "") : error;
      });
      return toPage(runs, {
        connection,
        placeOf: (run) => run.id,
        hasNextPage,
        hasPreviousPage: after !== undefined,
        totalCount,
      });
    },
  }));
