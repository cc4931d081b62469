/**
 * One read of the store for all who want the same at the same time: a thousand watchers of one run wake up
 * together, and read one event.
 */
import type { RunEvent } from "./event.ts";
import type { ReadOptions, Run, RunStore, StateChange, WorkerInfo } from "./store.ts";

/** What is read together: as RunStore has it. */
export interface SharedReads {
  get(runId: string): Promise<Run | undefined>;
  current(): Promise<Run | undefined>;
  /** For each run of a list, say. */
  workers(): Promise<readonly WorkerInfo[]>;
  changes(
    options: { readonly after: number; readonly limit: number },
  ): Promise<readonly StateChange[]>;
  /** Sees at least the events that the run, as it was read before, counts. */
  read(run: Run, options: ReadOptions): Promise<readonly RunEvent[]>;
}

/** A read under way, and what had been written when it began. */
interface Reading {
  readonly mark: number;
  readonly result: Promise<unknown>;
}

const shared = new WeakMap<RunStore, SharedReads>();

/**
 * The shared reads of a store. Only for those who wait for what was written since a mark of theirs: a read that
 * another has begun is given to those whose mark is not later. What it does not see wakes them afterwards.
 */
export function sharedReads(store: RunStore): SharedReads {
  const found = shared.get(store);
  if (found) return found;
  const readings = new Map<string, Reading>();

  function share<T>(what: readonly unknown[], read: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(what);
    const mark = store.mark();
    const underway = readings.get(key);
    // A key stands for one kind of read.
    if (underway?.mark === mark) return underway.result as Promise<T>;
    const result = read().finally(() => {
      if (readings.get(key)?.result === result) readings.delete(key);
    });
    readings.set(key, { mark, result });
    return result;
  }

  const reads: SharedReads = {
    get: (runId) => share(["get", runId], () => store.get(runId)),
    current: () => share(["current"], () => store.current()),
    workers: () => share(["workers"], () => store.workers()),
    changes: (options) => share(["changes", options], () => store.changes(options)),
    read: ({ id, snapshot }, options) =>
      share(["read", id, snapshot.lastSeq, options], () => store.read(id, options)),
  };
  shared.set(store, reads);
  return reads;
}
