/** Starts tfjs on WebAssembly, once in a thread. */
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

let starting: Promise<void> | undefined;

/** Starts WebAssembly unless it runs. */
export function startWasm(): Promise<void> {
  return starting ??= start();
}

async function start(): Promise<void> {
  // More threads would take them from the training next door.
  setThreadsCount(1);
  if (!await tf.setBackend("wasm")) {
    throw new Error("Cannot run a network: WebAssembly cannot be started here.");
  }
}
