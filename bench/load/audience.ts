/** Processes of watchers, pinned to one core. */
import { fileURLToPath } from "node:url";
import { readLines } from "../../lib/lines.ts";
import { pinned } from "../processes.ts";
import type { WatchOrder } from "./watcher.ts";
import type { Audience } from "./watchers.ts";

const WATCHERS = fileURLToPath(new URL("watchers.ts", import.meta.url));

/** So that no garbage collection of the watchers' own delays what they note. */
const ROOM =
  "--v8-flags=--min-semi-space-size=256,--max-semi-space-size=256,--initial-heap-size=1024";

/** Arguments that pin watchers to the last core, away from the server. */
export const LAST_CORE = navigator.hardwareConcurrency - 1;

/** A process of watchers. */
export interface Watching {
  /** Resolves when all streams are open. */
  readonly open: Promise<void>;
  /** Resolves when all have received everything. */
  readonly audience: Promise<Audience>;
  /** Disconnects all of them. */
  leave(): Promise<void>;
}

/** Starts a process of a number of watchers. */
export function startWatching(count: number, order: WatchOrder, core = LAST_CORE): Watching {
  const args = ["run", "-A", "--no-check", ROOM, WATCHERS, String(count), JSON.stringify(order)];
  const child = pinned(core, args).spawn();
  const open = Promise.withResolvers<void>();
  const audience = (async () => {
    for await (const line of readLines(child.stdout)) {
      if (line === "open") open.resolve();
      else if (line.startsWith("{")) return JSON.parse(line) as Audience;
    }
    throw new Error("Cannot measure: the watchers ended early.");
  })();
  audience.catch(open.reject);
  open.promise.catch(() => {}); // The audience reports the error, too.
  return {
    open: open.promise,
    audience,
    async leave() {
      audience.catch(() => {}); // Nobody waits for it any more.
      child.kill("SIGTERM");
      await child.status;
    },
  };
}
