/** The thread of drawing_thread.ts: draws requested pictures, one after the other. */
import { parentPort } from "node:worker_threads";
import { errorMessage } from "../lib/error_message.ts";
import type { Drawing, DrawingAnswer, DrawingRequest } from "./drawing_thread.ts";

parentPort?.on("message", async ({ number, svg, as }: DrawingRequest) => {
  try {
    const file = await draw(svg, as);
    parentPort?.postMessage({ number, file } satisfies DrawingAnswer, [file.buffer]);
  } catch (error) {
    const reason = errorMessage(error);
    parentPort?.postMessage({ number, error: reason } satisfies DrawingAnswer);
  }
});

/** Draws with code that is loaded when it is needed. */
async function draw(svg: string, as: Drawing): Promise<Uint8Array<ArrayBuffer>> {
  switch (as.format) {
    case "png":
      return await (await import("./svg_to_png.ts")).svgToPng(svg, as.scale);
    case "pdf":
      return await (await import("./svg_to_pdf.ts")).svgToPdf(svg);
    default:
      return as satisfies never;
  }
}
