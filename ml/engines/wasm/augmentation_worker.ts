/** The thread of augmentation_thread.ts: augments samples, one request after the other. */
import { parentPort } from "node:worker_threads";
import { errorMessage } from "../../../lib/error_message.ts";
import { augmentSamples } from "./augmentation.ts";
import { fromSent } from "./sent_array.ts";
import type { AugmentationAnswer, NumberedRequest } from "./augmentation_thread.ts";

parentPort?.on("message", async ({ number, samples, images, ...request }: NumberedRequest) => {
  try {
    const pixels = await augmentSamples({
      ...request,
      samples: fromSent(samples),
      images: fromSent(images),
    });
    parentPort?.postMessage({ number, pixels } satisfies AugmentationAnswer, [pixels.buffer]);
  } catch (error) {
    parentPort?.postMessage({ number, error: errorMessage(error) } satisfies AugmentationAnswer);
  }
});
