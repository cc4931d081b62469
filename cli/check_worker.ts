/**
 * Liveness probe: checks that the worker of this machine is alive. It needs no database and no network.
 *
 * deno run --allow-env --allow-sys=hostname --allow-read=$EPOCHQL_HOME cli/check_worker.ts
 *
 * Exit code 0: alive. 1: stuck or absent, with a message.
 */
import { loadWorkerConfig } from "../config.ts";
import { readLiveness } from "../runs/worker/liveness_file.ts";
import { LIVENESS_TIMEOUT_MS } from "../runs/timeouts.ts";

const beat = await readLiveness(loadWorkerConfig().home, Deno.hostname());
// A sign from a time to come was given before the clock was set back.
const age = beat === undefined ? Infinity : Date.now() - beat.getTime();
if (Math.abs(age) > LIVENESS_TIMEOUT_MS) {
  console.error(
    beat === undefined
      ? "No worker runs on this machine."
      : `The last sign of life of the worker was ${Math.round(Math.abs(age) / 1000)} s ${
        age < 0 ? "in the future: the clock was set back" : "ago"
      }.`,
  );
  Deno.exit(1);
}
