/// <reference lib="dom" />
/** The runs that the server has, newest first, kept up to date by the `runStates` subscription. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { follow } from "../api/follow.ts";
import { pause } from "../api/pause.ts";
import { ApiError, request } from "../api/request.ts";
import { RUN_STATES_FEED, type RunItem, RUNS_QUERY } from "./operations.ts";

const PAGE = 100;
const RETRY_MS = 1000;

export interface Runs {
  /** Newest first. */
  readonly runs: readonly RunItem[];
  /** Whether the server has answered. */
  readonly loaded: boolean;
  /** Whether there are older runs on the server. */
  readonly hasMore: boolean;
  readonly totalCount: number;
  /** Loads older runs. */
  more(): Promise<void>;
  /** Takes in a run that another operation answered with. */
  put(run: RunItem): void;
  /** Forgets a run that is gone. */
  remove(id: string): void;
}

interface Listing {
  readonly byId: ReadonlyMap<string, RunItem>;
  readonly loaded: boolean;
  /** Where the oldest loaded page ends; null where it is the last. */
  readonly cursor: string | null;
  readonly totalCount: number;
}

const NOTHING: Listing = { byId: new Map(), loaded: false, cursor: null, totalCount: 0 };

export function useRuns(): Runs {
  const [{ byId, loaded, cursor, totalCount }, setListing] = useState(NOTHING);

  const put = useCallback((run: RunItem) =>
    setListing((before) => ({
      ...before,
      byId: merge(before.byId, [run]),
      totalCount: before.totalCount + (isNew(run, before.byId) ? 1 : 0),
    })), []);

  const remove = useCallback((id: string) =>
    setListing((before) => {
      const byId = new Map(before.byId);
      return byId.delete(id) ? { ...before, byId, totalCount: before.totalCount - 1 } : before;
    }), []);

  const more = useCallback(async () => {
    if (cursor === null) return;
    const page = await loadPage(cursor);
    setListing((before) => ({ ...page, byId: merge(before.byId, page.byId.values()) }));
  }, [cursor]);

  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      for (;; await pause(RETRY_MS, abort.signal)) {
        try {
          const page = await loadPage(null, abort.signal);
          return setListing((before) => renew(before, page));
        } catch (problem) {
          if (abort.signal.aborted) return;
          if (problem instanceof ApiError) return console.error(problem);
        }
      }
    };
    follow(RUN_STATES_FEED, {
      variables() {
        // The list is read anew after each break: runs may have ended or gone meanwhile.
        load();
        return {};
      },
      next: ({ runStates }) => put(runStates),
      isOver: () => Promise.resolve(false),
    }, abort.signal).catch(console.error);
    return () => abort.abort();
  }, [put]);

  const runs = useMemo(
    () => [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    [byId],
  );
  return { runs, loaded, hasMore: cursor !== null, totalCount, more, put, remove };
}

/** Whether a run came after the list was read. An older one that is not in it has been counted. */
function isNew(run: RunItem, byId: ReadonlyMap<string, RunItem>): boolean {
  return !byId.has(run.id) && byId.values().every(({ createdAt }) => createdAt < run.createdAt);
}

/** Answers overtake each other: the one with the longer log is the newer. */
function merge(
  before: ReadonlyMap<string, RunItem>,
  runs: Iterable<RunItem>,
): ReadonlyMap<string, RunItem> {
  const byId = new Map(before);
  for (const run of runs) {
    if ((byId.get(run.id)?.lastSeq ?? 0) <= run.lastSeq) byId.set(run.id, run);
  }
  return byId;
}

/** The first page anew. Older runs that were loaded stay; newer ones that are not in it are gone. */
function renew(before: Listing, page: Listing): Listing {
  const oldest = [...page.byId.values()].at(-1)?.createdAt ?? "";
  const older = page.cursor === null
    ? []
    : [...before.byId].filter(([, { createdAt }]) => createdAt < oldest);
  const kept = [...before.byId].filter(([id]) => page.byId.has(id));
  return {
    ...page,
    byId: merge(new Map([...kept, ...older]), page.byId.values()),
    cursor: older.length > 0 ? before.cursor : page.cursor,
  };
}

async function loadPage(after: string | null, signal?: AbortSignal): Promise<Listing> {
  const { runs: { nodes, pageInfo, totalCount } } = await request(
    RUNS_QUERY,
    { first: PAGE, after },
    signal,
  );
  return {
    byId: new Map(nodes.map((run) => [run.id, run])),
    loaded: true,
    cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    totalCount,
  };
}
