/**
 * The trainer process: takes one order from stdin, carries it out, and reports on stdout (runs/trainer/protocol.ts). It
 * may load TensorFlow, read datasets and write checkpoints to one folder, and nothing else. Started by workers.
 */
import { readLines } from "../lib/lines.ts";
import { errorMessage } from "../lib/error_message.ts";
import { DeviceUnavailableError, NotSetUpError } from "../ml/engines/registry.ts";
import { ALIVE_INTERVAL_MS } from "../runs/timeouts.ts";
import { isStop, parseOrder } from "../runs/trainer/protocol.ts";
import { runOrder } from "./trainer/order.ts";
import { reply } from "./trainer/reply.ts";

// Stdout is for replies; libraries print to stderr instead.
console.log = console.info = console.debug = console.error;

/** Aborts when the worker asks for a stop. */
const stop = new AbortController();

const lines = readLines(Deno.stdin.readable);
const { value: line } = await lines.next();
if (line === undefined) Deno.exit(0);
followWorker();
const alive = setInterval(() => void reply({ type: "alive" }), ALIVE_INTERVAL_MS);
try {
  await runOrder(parseOrder(line), stop.signal);
  await reply({ type: "finished" });
} catch (error) {
  console.error(error);
  await reply({
    type: "error",
    message: errorMessage(error),
    noDevice: error instanceof DeviceUnavailableError,
    notSetUp: error instanceof NotSetUpError,
  });
}
clearInterval(alive);
Deno.exit(0);

/** Stops when the worker asks for it, and ends this process when stdin closes, since the worker has died. */
async function followWorker(): Promise<void> {
  for await (const line of lines) if (isStop(line)) stop.abort();
  Deno.exit(0);
}
