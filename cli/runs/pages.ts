/** All runs of a list, page by page. */
import type { RunState } from "../../runs/log/state.ts";
import type { Operation } from "../../web/api/operation.ts";
import type { Server } from "./server.ts";

/** As many runs as the API gives at once. */
const PAGE = 200;

/** A query that gives pages of runs. */
type PageQuery<Node> = Operation<
  {
    runs: {
      readonly nodes: readonly Node[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly totalCount: number;
    };
  },
  { readonly first: number; readonly after: string | null; readonly state: RunState | null }
>;

/**
 * Runs, newest first.
 *
 * @param options.most how many at most
 * @param options.onTotal told how many there are in all
 */
export async function* pagesOf<Node>(
  server: Server,
  query: PageQuery<Node>,
  { state, most = Infinity, onTotal }: {
    readonly state?: RunState;
    readonly most?: number;
    readonly onTotal?: (count: number) => void;
  } = {},
): AsyncGenerator<Node, void> {
  let after: string | null = null;
  for (let left = most; left > 0;) {
    const { runs }: Awaited<ReturnType<typeof ask>> = await ask(Math.min(PAGE, left), after);
    onTotal?.(runs.totalCount);
    yield* runs.nodes;
    left -= runs.nodes.length;
    if (!runs.pageInfo.hasNextPage) return;
    after = runs.pageInfo.endCursor;
  }

  function ask(first: number, after: string | null) {
    return server.ask(query, { first, after, state: state ?? null });
  }
}
