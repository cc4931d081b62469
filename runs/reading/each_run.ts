/** Walks a store's runs, page by page. */
import type { Run } from "../log/run.ts";
import type { ListOptions, RunStore } from "../store/store.ts";

const PAGE = 100;

/** Yields all runs that match, in the order of the query; the next page is read when it is needed. */
export async function* eachRun(
  store: Pick<RunStore, "list">,
  query: Omit<ListOptions, "first" | "after"> = {},
): AsyncGenerator<Run, void> {
  let after: string | undefined;
  for (;;) {
    const { runs, hasNextPage } = await store.list({ ...query, first: PAGE, after });
    yield* runs;
    if (!hasNextPage) return;
    after = runs.at(-1)?.id;
  }
}
