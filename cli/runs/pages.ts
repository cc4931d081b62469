/** A list of runs, page by page. */
import type { RunState } from "../../runs/log/state.ts";
import type { Operation } from "../../web/api/operation.ts";
import type { Server } from "./server.ts";

/** The API's largest page. */
const PAGE = 200;

/** A query that returns pages of runs. */
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
 * Yields runs, newest first.
 *
 * @param options.most the largest number of runs
 * @param options.onTotal receives the total count
 */
export async function* pagesOf<Node>(
  server: Server,
  query: PageQuery<Node>,
  { state, most = Infinity, onTotal }: {
    readonly state?: RunState | undefined;
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
