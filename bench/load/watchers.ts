/**
 * Process of watchers: reads an order as JSON, prints 'open' when all streams are open and, at the end, the
 * received results as JSON.
 *
 *     watchers.ts COUNT ORDER
 */
import { watch, type Watched, type WatchOrder } from "./watcher.ts";

/** Results that all watchers of a process have received. */
export interface Audience {
  /** Numbers of events, by watcher. */
  readonly events: readonly number[];
  readonly bytes: number;
  readonly arrivals: Watched["arrivals"];
}

if (import.meta.main) {
  const count = Number(Deno.args[0]);
  const order: WatchOrder = JSON.parse(Deno.args[1] ?? "");
  let open = 0;
  const all = await Promise.all(
    Array.from({ length: count }, () =>
      watch(order, () => {
        if (++open === count) console.log("open");
      })),
  );
  const audience: Audience = {
    events: all.map(({ events }) => events),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    arrivals: all.flatMap(({ arrivals }) => arrivals),
  };
  console.log(JSON.stringify(audience));
}
