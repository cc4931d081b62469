/** A thread as drawing_worker.ts is, which draws the text itself: 'stuck' never ends, 'exit' ends the thread. */
import { parentPort } from "node:worker_threads";
import process from "node:process";
import type { DrawingAnswer, DrawingRequest } from "../../pictures/drawing_thread.ts";

parentPort?.on("message", ({ number, svg }: DrawingRequest) => {
  while (svg === "stuck");
  if (svg === "exit") process.exit(3);
  const file = new TextEncoder().encode(svg);
  parentPort?.postMessage({ number, file } satisfies DrawingAnswer);
});
