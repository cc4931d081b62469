/** Reports what the process uses of its machine. */
import process from "node:process";
import { FIRST_USAGE_MS, USAGE_INTERVAL_MS } from "../../runs/timeouts.ts";
import { reply } from "./reply.ts";

/** Reports the usage now and from then on, until the process ends with its training. */
export function reportUsage(nextMs = FIRST_USAGE_MS): void {
  const { user, system } = process.cpuUsage();
  void reply({
    type: "usage",
    seconds: performance.now() / 1000,
    cpuSeconds: (user + system) / 1e6,
    memoryBytes: Deno.memoryUsage().rss,
  });
  setTimeout(reportUsage, nextMs, USAGE_INTERVAL_MS);
}
