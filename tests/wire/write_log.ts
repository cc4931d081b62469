/** Writes the log of a case, and knows when a subscription waits for more. */
import type { RunEventBody } from "../../runs/log/event.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { until } from "../support/until.ts";
import { apiId, claimRun, createRun, type WrittenRun } from "../support/written_run.ts";
import type { Entry } from "./cases.ts";

/** The log of one run. */
export interface LogWriter {
  /** API id of the run; undefined before the first entry. */
  id(): string | undefined;
  write(entries: readonly Entry[]): Promise<void>;
  /** Cancels the run if it has not ended. */
  end(): Promise<void>;
}

/** Creates a writer. The run is created with its first entries, and claimed by a worker when an event needs it. */
export function createLogWriter(store: RunStore): LogWriter {
  let key: string | undefined;
  let worker: WrittenRun | undefined;
  const claim = async (id: string) =>
    worker ??= await claimRun(store, { id: apiId(id), started: false });

  async function write(entries: readonly Entry[]): Promise<void> {
    const id = key ??= (await createRun(store)).id;
    let events: RunEventBody[] = [];
    const append = async () => {
      if (events.length > 0) await (await claim(id)).append(...events);
      // No worker holds the run after such an event.
      if (events.some(({ type }) => type === "interrupted" || type === "paused")) {
        worker = undefined;
      }
      events = [];
    };
    for (const entry of entries) {
      if (typeof entry !== "string" && "type" in entry) {
        events.push(entry);
        continue;
      }
      await append();
      if (entry === "claim") await claim(id);
      else if (entry.request === "resume") {
        const { epochs } = entry;
        await store.request(id, "resume", epochs === undefined ? {} : { epochs });
        worker = undefined;
      } else await store.request(id, entry.request);
    }
    await append();
  }

  return {
    id: () => key === undefined ? undefined : apiId(key),
    write,
    async end() {
      if (key === undefined) return;
      const run = await store.request(key, "cancel").catch(() => undefined);
      if (run?.snapshot.state === "CANCELLING") await write([{ type: "cancelled" }]);
    },
  };
}

/** Counts the waits of a store in place, so that a test knows when a subscription has read the whole log. */
export function watchWaits(
  store: RunStore,
): Readonly<Record<"waiting" | "idle", () => Promise<true>>> {
  const { wait } = store;
  let waits = 0;
  Object.assign(store, {
    async wait(...args: Parameters<typeof wait>) {
      waits++;
      try {
        await wait(...args);
      } finally {
        waits--;
      }
    },
  });
  return {
    waiting: () => until("the subscription waits for events", () => waits > 0),
    idle: () => until("the subscription ends", () => waits === 0),
  };
}
