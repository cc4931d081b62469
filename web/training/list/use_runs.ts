/// <reference lib="dom" />
/** Every run that the page has heard of, kept up to date by the `runStates` subscription. Which of them are listed is another matter. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { follow } from "../../api/follow.ts";
import { createNotifier, type Notifier } from "../../parts/notifier.ts";
import { RUN_STATES_FEED, type RunItem } from "../operations.ts";

export interface Runs {
  readonly byId: ReadonlyMap<string, RunItem>;
  /** Rings when something about runs has changed, so that lists of them may be others. */
  readonly news: Notifier;
  /** Takes in runs that an operation answered with. */
  put(runs: readonly RunItem[]): void;
  /** Forgets runs that are gone. */
  remove(ids: Iterable<string>): void;
}

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
        // Lists are read anew after each break: runs may have ended or gone meanwhile.
        news.ring();
        return {};
      },
      next({ runStates }) {
        put([runStates]);
        news.ring();
      },
      isOver: () => Promise.resolve(false),
    }, abort.signal).catch(console.error);
    // Lists of a page that nobody sees are not kept up to date.
    document.addEventListener("visibilitychange", () => news.ring(), { signal: abort.signal });
    return () => abort.abort();
  }, [put, news]);

  return useMemo(() => ({ byId, news, put, remove }), [byId, news, put, remove]);
}

/** Answers overtake each other: the one with the longer log is the newer. */
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
