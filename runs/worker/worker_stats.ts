/** Statistics of a worker. A worker has no port: servers read them from its registration in the store. */
import process from "node:process";
import type { RunEventBody } from "../log/event.ts";
import type { RunStore } from "../store/store.ts";
import type { WorkerStats } from "../store/worker_info.ts";

/** Counters of a worker. */
export interface FigureCounter {
  /** The store, with appends counted. */
  readonly store: RunStore;
  /** Resets the rates: no training is in progress. */
  rest(): void;
  read(): WorkerStats;
}

/** Wraps a store to count its appends. */
export function countingStore(store: RunStore): FigureCounter {
  let eventsAppended = 0;
  let samplesTrained = 0;
  let training: WorkerStats["training"] = null;
  const count = (event: RunEventBody, batchSize: number) => {
    eventsAppended++;
    if (event.type === "batches") samplesTrained += event.losses.length * batchSize;
    if (event.type === "system") {
      const { type: _type, ...measured } = event;
      training = measured;
    }
  };
  return {
    store: {
      ...store,
      async append(claim, number, events) {
        const run = await store.append(claim, number, events);
        for (const event of events) count(event, claim.run.spec.batchSize);
        return run;
      },
    },
    rest: () => training = null,
    read() {
      const { user, system } = process.cpuUsage();
      return {
        eventsAppended,
        samplesTrained,
        cpuSeconds: (user + system) / 1e6,
        memoryBytes: Deno.memoryUsage().rss,
        training,
      };
    },
  };
}
