/** The thread of augmentation_thread.ts: augments samples. */
import { answerRequests } from "../../../lib/process/request_thread.ts";
import { augmentSamples } from "./augmentation.ts";
import type { SentAugmentation } from "./augmentation_thread.ts";
import { fromSent } from "./sent_array.ts";

answerRequests(
  ({ samples, images, ...request }: SentAugmentation) =>
    augmentSamples({ ...request, samples: fromSent(samples), images: fromSent(images) }),
  (pixels) => [pixels.buffer],
);
