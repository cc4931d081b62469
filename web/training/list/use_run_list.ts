/// <reference lib="dom" />
/**
 * The runs that match a filter, as the server lists them. The list is read again when a run has changed,
 * and at intervals for changes that no subscription reports (accuracies, deletions).
 */
import { useCallback, useEffect, useState } from "react";
import { isFinished } from "../../../runs/log/state.ts";
import { delay } from "../../../lib/delay.ts";
import { ApiError, request } from "../../api/request.ts";
import { errorText } from "../../parts/error_text.ts";
import { type RunFilter, type RunItem, RUNS_QUERY, type Tag } from "../operations.ts";
import type { Runs } from "./use_runs.ts";
import {
  ACTIVE_RUN_LIST_MS,
  IDLE_RUN_LIST_MS,
  REQUEST_RETRY_MS,
  RUN_LIST_DEBOUNCE_MS,
} from "../../timeouts.ts";

/** The number of runs listed at first, and added by each 'Show more'. */
const STEP = 50;
/** The API's largest page. */
const PAGE = 200;

export interface RunList {
  /** The ids of the runs, in order. */
  readonly ids: readonly string[];
  /** The number of runs that match. */
  readonly totalCount: number;
  /** The tags in use. */
  readonly tags: readonly Tag[];
  /** True once the server has answered. */
  readonly loaded: boolean;
  /** True while the list still answers an earlier filter. */
  readonly stale: boolean;
  /** The API's reason for refusing the filter. */
  readonly error?: string;
  readonly hasMore: boolean;
  more(): void;
}

interface Listing extends Pick<RunList, "ids" | "totalCount" | "tags" | "hasMore" | "loaded"> {
  /** The filter that it answers. */
  readonly key: string;
  readonly error?: string;
}

const NOTHING: Listing = {
  key: "",
  ids: [],
  totalCount: 0,
  tags: [],
  hasMore: false,
  loaded: false,
};

/** Reads the runs that match a filter, and reads them again when they may have changed. */
export function useRunList(filter: RunFilter, { put, news }: Runs): RunList {
  const [{ key: of, ...listing }, setListing] = useState(NOTHING);
  const [asked, setAsked] = useState({ key: "", count: STEP });
  const key = JSON.stringify(filter);
  const count = asked.key === key ? asked.count : STEP;

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const keep = async () => {
      for (;;) {
        await delay(RUN_LIST_DEBOUNCE_MS, signal);
        if (signal.aborted) return;
        let wait = IDLE_RUN_LIST_MS;
        try {
          const { runs, ...page } = await load(JSON.parse(key) as RunFilter, count, signal);
          put(runs);
          setListing({ ...page, key, loaded: true, ids: runs.map(({ id }) => id) });
          if (runs.some(({ state }) => !isFinished(state) && state !== "PAUSED")) {
            wait = ACTIVE_RUN_LIST_MS;
          }
        } catch (problem) {
          if (signal.aborted) return;
          wait = REQUEST_RETRY_MS;
          if (problem instanceof ApiError) {
            wait = problem.mayPass ? ACTIVE_RUN_LIST_MS : IDLE_RUN_LIST_MS;
            setListing((before) => ({ ...before, key, loaded: true, error: errorText(problem) }));
          }
        }
        do await news.wait(wait, signal); while (document.hidden && !signal.aborted);
      }
    };
    keep();
    return () => abort.abort();
  }, [key, count, put, news]);

  const more = useCallback(() => setAsked({ key, count: count + 2 * STEP }), [key, count]);
  return { ...listing, stale: of !== key, more };
}

/** Loads the first `count` matching runs, page by page. */
async function load(filter: RunFilter, count: number, signal: AbortSignal) {
  const found: RunItem[] = [];
  let after: string | null = null;
  for (;;) {
    const first = Math.min(PAGE, count - found.length);
    const { runs, tags } = await loadPage({ ...filter, first, after }, signal);
    found.push(...runs.nodes);
    const { hasNextPage, endCursor } = runs.pageInfo;
    if (!hasNextPage || found.length >= count) {
      return { runs: found, totalCount: runs.totalCount, tags, hasMore: hasNextPage };
    }
    after = endCursor;
  }
}

function loadPage(
  variables: RunFilter & { first: number; after: string | null },
  signal: AbortSignal,
) {
  return request(RUNS_QUERY, variables, signal);
}
