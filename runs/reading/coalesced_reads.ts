/**
 * Coalesces equal reads of the store: a thousand watchers of one run wake up together and read an event once. Since
 * logs never change, the latest pages are cached briefly, so that a thousand watchers that reconnect after a restart
 * read the log once.
 */
import { LRUCache } from "lru-cache";
import type { Run } from "../log/run.ts";
import type { WorkerInfo } from "../store/worker_info.ts";
import type { RunEvent } from "../log/event.ts";
import type { ReadOptions, RunStore, StateChange } from "../store/store.ts";
import { LOG_PAGE_CACHE_MS } from "../timeouts.ts";

/** The shared reads, as RunStore declares them. */
export interface CoalescedReads {
  get(runId: string): Promise<Run | undefined>;
  current(): Promise<Run | undefined>;
  /** Reads the ids of held runs, for each run of a list for example. */
  held(): Promise<ReadonlySet<string>>;
  /** Reads the workers, for each run of a list for example. */
  workers(): Promise<readonly WorkerInfo[]>;
  changes(
    options: { readonly after: number; readonly limit: number },
  ): Promise<readonly StateChange[]>;
  /** Reads events: at least those that the given snapshot of the run counts. */
  read(run: Run, options: ReadOptions): Promise<readonly RunEvent[]>;
}

/** A read in progress, and the mark at its beginning. */
interface Reading {
  readonly mark: number;
  readonly result: Promise<unknown>;
}

/** Maximum number of events and steps in all cached pages. */
const MAX_CACHED_SIZE = 50_000;

const shared = new WeakMap<RunStore, CoalescedReads>();

/**
 * Returns the shared reads of a store, for callers that wait for writes since a mark: they share reads that began at or
 * after their mark. Later writes wake them again.
 */
export function coalesceReads(store: RunStore): CoalescedReads {
  const found = shared.get(store);
  if (found) return found;
  const readings = new Map<string, Reading>();
  const pages = new LRUCache<string, Page>({
    maxSize: MAX_CACHED_SIZE,
    sizeCalculation: ({ events }) => sizeOf(events),
    ttl: LOG_PAGE_CACHE_MS,
    ttlAutopurge: true,
  });

  /** @param key identifies equal reads */
  function share<T>(key: string, read: () => Promise<T>): Promise<T> {
    const mark = store.mark();
    const underway = readings.get(key);
    if (underway?.mark === mark) return underway.result as Promise<T>;
    const result = read().finally(() => {
      if (readings.get(key)?.result === result) readings.delete(key);
    });
    readings.set(key, { mark, result });
    return result;
  }

  const reads: CoalescedReads = {
    get: (runId) => share(`get ${runId}`, () => store.get(runId)),
    current: () => share("current", () => store.current()),
    held: () => share("held", () => store.held()),
    workers: () => share("workers", () => store.workers()),
    changes: (options) => share(JSON.stringify(["changes", options]), () => store.changes(options)),
    async read({ id, snapshot: { lastSeq } }, options) {
      const what = JSON.stringify(["read", id, options]);
      const page = pages.get(what);
      if (page && (page.lastSeq === undefined || page.lastSeq === lastSeq)) return page.events;
      return await share(`${what} ${lastSeq}`, async () => {
        const events = await store.read(id, options);
        const isFull = events.length === options.limit;
        pages.set(what, { events, lastSeq: isFull ? undefined : lastSeq });
        return events;
      });
    },
  };
  shared.set(store, reads);
  return reads;
}

/** A page of a log. */
interface Page {
  readonly events: readonly RunEvent[];
  /** End of the log when it was read, if the page reaches it. A full page never changes. */
  readonly lastSeq: number | undefined;
}

/** Returns the size of a page: itself, its events and their steps. */
function sizeOf(events: readonly RunEvent[]): number {
  return events.reduce(
    (sum, event) => sum + 1 + (event.type === "batches" ? event.losses.length : 0),
    1,
  );
}
