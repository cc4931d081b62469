/**
 * Statistics of a worker. A worker has no port: they are part of its registration in the store, and servers show them.
 */
import process from "node:process";
import type { RunEventBody } from "../log/event.ts";
import type { RunStore } from "../store/store.ts";
import type { WorkerStats } from "../store/worker_info.ts";

/** Counts. */
export interface FigureCounter {
  /** The same store, but that what is appended is counted. */
  readonly store: RunStore;
  /** No training is under way. */
  rest(): void;
  read(): WorkerStats;
}

/** Starts from nothing. */
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
