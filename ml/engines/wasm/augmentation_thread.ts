/** augmentSamples() in a thread of its own. */
import { createRequestThread } from "../../../lib/process/request_thread.ts";
import { AUGMENTATION_IDLE_MS } from "../../timeouts.ts";
import type { AugmentationRequest } from "./augmentation.ts";
import { type SentArray, toSent } from "./sent_array.ts";

/** A request to the thread, which answers it with the augmented samples. */
export interface SentAugmentation extends Pick<AugmentationRequest, "plan" | "epoch"> {
  readonly samples: SentArray<"Int32Array">;
  readonly images: SentArray<"Uint8Array">;
}

const thread = createRequestThread<SentAugmentation, Float32Array<ArrayBuffer>>(
  new URL("./augmentation_worker.ts", import.meta.url),
  AUGMENTATION_IDLE_MS,
);

/** Augments samples as augmentSamples() does, without blocking this thread. */
export function augmentInThread(
  { plan, epoch, ...arrays }: AugmentationRequest,
): Promise<Float32Array<ArrayBuffer>> {
  const samples = toSent("Int32Array", arrays.samples);
  const images = toSent("Uint8Array", arrays.images);
  return thread.ask({ plan, epoch, samples, images }, [samples.bytes, images.bytes]);
}
