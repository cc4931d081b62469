/**
 * augmentSamples() in a thread of its own, so that the event loop is not blocked. The thread starts with the first samples and
 * ends after a while without any, which frees its memory. It does not keep the process alive.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import { AUGMENTATION_IDLE_MS } from "../../timeouts.ts";
import type { AugmentationRequest } from "./augmentation.ts";
import { type SentArray, toSent } from "./sent_array.ts";

/** A request to the thread. */
export interface NumberedRequest extends Pick<AugmentationRequest, "plan" | "epoch"> {
  readonly number: number;
  readonly samples: SentArray<"Int32Array">;
  readonly images: SentArray<"Uint8Array">;
}

/** A reply of the thread: the augmented samples, or an error. */
export interface AugmentationAnswer {
  readonly number: number;
  readonly pixels?: Float32Array<ArrayBuffer>;
  readonly error?: string;
}

interface Thread {
  readonly worker: Worker;
  /** Unanswered requests, by number. */
  readonly open: Map<number, PromiseWithResolvers<Float32Array<ArrayBuffer>>>;
  end?: NodeJS.Timeout;
}

let thread: Thread | undefined;
let requests = 0;

/** Augments samples as augmentSamples() does, without blocking this thread. */
export function augmentInThread(
  { plan, epoch, ...arrays }: AugmentationRequest,
): Promise<Float32Array<ArrayBuffer>> {
  const { worker, open, end } = thread ??= startThread();
  clearTimeout(end);
  worker.ref();
  const number = ++requests;
  const answer = Promise.withResolvers<Float32Array<ArrayBuffer>>();
  open.set(number, answer);
  const samples = toSent("Int32Array", arrays.samples);
  const images = toSent("Uint8Array", arrays.images);
  worker.postMessage(
    { number, plan, epoch, samples, images } satisfies NumberedRequest,
    [samples.bytes, images.bytes],
  );
  return answer.promise;
}

function startThread(): Thread {
  const worker = new Worker(new URL("./augmentation_worker.ts", import.meta.url));
  const started: Thread = { worker, open: new Map() };
  const { open } = started;
  const forget = () => {
    if (thread === started) thread = undefined;
  };
  worker.on("message", ({ number, pixels, error }: AugmentationAnswer) => {
    const answer = open.get(number);
    open.delete(number);
    if (pixels) answer?.resolve(pixels);
    else answer?.reject(new Error(error));
    if (open.size > 0) return;
    worker.unref();
    started.end = setTimeout(() => {
      forget();
      worker.terminate();
    }, AUGMENTATION_IDLE_MS).unref();
  });
  worker.on("error", (error) => {
    forget();
    for (const answer of open.values()) answer.reject(error);
    open.clear();
  });
  return started;
}
