/// <reference lib="dom" />
/**
 * Every run that the page has received, kept up to date by the `runStates` subscription. use_run_list.ts
 * selects those that are listed.
 */
import { useCallback, useEffect, useMemo, useState } from "react";
import { follow } from "../../api/follow.ts";
import { createNotifier, type Notifier } from "../../parts/notifier.ts";
import { RUN_STATES_FEED, type RunItem } from "../operations.ts";

export interface Runs {
  readonly byId: ReadonlyMap<string, RunItem>;
  /** Notifies when a run has changed, so that lists may be outdated. */
  readonly news: Notifier;
  /** Adds or updates runs that an operation returned. */
  put(runs: readonly RunItem[]): void;
  /** Removes deleted runs. */
  remove(ids: Iterable<string>): void;
}

/** Keeps all received runs, and follows their states. */
export function useRuns(): Runs {
  const [byId, setById] = useState<ReadonlyMap<string, RunItem>>(new Map());
  const [news] = useState(createNotifier);

  const put = useCallback(
    (runs: readonly RunItem[]) => setById((before) => merge(before, runs)),
    [],
  );
  const remove = useCallback((ids: Iterable<string>) => {
    const gone = new Set(ids);
    setById((before) => new Map([...before].filter(([id]) => !gone.has(id))));
    news.ring();
  }, [news]);

  useEffect(() => {
    const abort = new AbortController();
    follow(RUN_STATES_FEED, {
      variables() {
        // Runs may have ended or been deleted while the connection was lost: lists are read again.
        news.ring();
        return {};
      },
      next({ runStates }) {
        put([runStates]);
        news.ring();
      },
      isOver: () => Promise.resolve(false),
    }, abort.signal).catch(console.error);
    // Lists are not refreshed while the page is hidden.
    document.addEventListener("visibilitychange", () => news.ring(), { signal: abort.signal });
    return () => abort.abort();
  }, [put, news]);

  return useMemo(() => ({ byId, news, put, remove }), [byId, news, put, remove]);
}

/** Merges runs. Answers may overtake each other: the one with the longer log is the newer. */
function merge(
  before: ReadonlyMap<string, RunItem>,
  runs: readonly RunItem[],
): ReadonlyMap<string, RunItem> {
  const byId = new Map(before);
  for (const run of runs) {
    if ((byId.get(run.id)?.lastSeq ?? 0) <= run.lastSeq) byId.set(run.id, run);
  }
  return byId;
}
