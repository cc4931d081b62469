/**
 * augmentSamples() in a thread of its own, so that the event loop is not blocked. The thread starts with the first samples and
 * ends after a while without any, which frees its memory. It does not keep the process alive.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import { AUGMENTATION_IDLE_MS } from "../../timeouts.ts";
import type { AugmentationRequest } from "./augmentation.ts";

/** A request to the thread. */
export interface NumberedRequest extends AugmentationRequest {
  readonly number: number;
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
export function augmentInThread(request: AugmentationRequest): Promise<Float32Array<ArrayBuffer>> {
  const { worker, open, end } = thread ??= startThread();
  clearTimeout(end);
  worker.ref();
  const number = ++requests;
  const answer = Promise.withResolvers<Float32Array<ArrayBuffer>>();
  open.set(number, answer);
  worker.postMessage({ ...request, number } satisfies NumberedRequest);
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
