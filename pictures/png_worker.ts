/** The thread of png_thread.ts: renders requested pictures, one after the other. */
import { parentPort } from "node:worker_threads";
import { errorMessage } from "../lib/error_message.ts";
import type { PngAnswer, PngRequest } from "./png_thread.ts";
import { svgToPng } from "./svg_to_png.ts";

parentPort?.on("message", async ({ number, svg, scale }: PngRequest) => {
  try {
    const png = await svgToPng(svg, scale);
    parentPort?.postMessage({ number, png } satisfies PngAnswer, [png.buffer]);
  } catch (error) {
    const reason = errorMessage(error);
    parentPort?.postMessage({ number, error: reason } satisfies PngAnswer);
  }
});
