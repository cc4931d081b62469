/** A run's log so far, a page at a time. */
import type { RunEvent, RunEventType } from "../log/event.ts";
import type { RunStore } from "../store/store.ts";

/** Events per page. */
const PAGE_SIZE = 500;

/**
 * Yields pages of events in order, none of them empty. It reads as fast as it is consumed.
 *
 * @param types only events of these types
 */
export async function* readPages<Type extends RunEventType>(
  store: Pick<RunStore, "read">,
  runId: string,
  types?: readonly Type[],
): AsyncGenerator<readonly RunEvent<Type>[], void> {
  for (let afterSeq = 0;;) {
    const page = await store.read(runId, { afterSeq, limit: PAGE_SIZE, types });
    const last = page.at(-1);
    if (!last) return;
    afterSeq = last.seq;
    // The store has selected their types.
    yield page as readonly RunEvent<Type>[];
  }
}

/**
 * Yields pages as readPages() does, for a file that must not end early without a word.
 *
 * @throws if the run is deleted meanwhile
 */
export async function* readWhole<Type extends RunEventType>(
  store: Pick<RunStore, "read" | "get">,
  runId: string,
  types?: readonly Type[],
): AsyncGenerator<readonly RunEvent<Type>[], void> {
  yield* readPages(store, runId, types);
  // A deleted run has no more events, as one that was read to its end.
  if (!await store.get(runId)) throw new Error(`The run ${runId} was deleted while it was read.`);
}
