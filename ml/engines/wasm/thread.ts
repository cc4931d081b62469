/**
 * Networks of checkpoints in a thread of its own, for a process that has something else to do meanwhile. The thread starts
 * with the first samples and ends when it had none for a while, so that its memory is given back. It does not keep
 * the process alive.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import { CLASSIFIER_IDLE_MS } from "../../timeouts.ts";
import {
  type Classifier,
  type ClassifyAnswer,
  classifyBy,
  type ClassifyRequest,
} from "../classifier.ts";
import { type SentArray, toSent } from "./sent_array.ts";

/** A request to the thread. */
export interface NumberedRequest {
  readonly number: number;
  readonly request: Omit<ClassifyRequest, "samples">;
  readonly samples: SentArray<"Uint8Array" | "Float32Array">;
}

/** The thread's reply. */
export interface NumberedAnswer {
  readonly number: number;
  readonly answer: ClassifyAnswer;
}

interface Thread {
  readonly worker: Worker;
  /** Unanswered requests, by number. */
  readonly open: Map<number, PromiseWithResolvers<ClassifyAnswer>>;
  end?: NodeJS.Timeout;
}

/** Makes a classifier; its thread starts when it is needed. */
export function createClassifier(idleMs: number = CLASSIFIER_IDLE_MS): Classifier {
  let thread: Thread | undefined;
  let requests = 0;

  const end = (ended: Thread, error: unknown) => {
    if (thread === ended) thread = undefined;
    clearTimeout(ended.end);
    for (const request of ended.open.values()) request.reject(error);
    ended.open.clear();
  };
  const start = (): Thread => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    const started: Thread = { worker, open: new Map() };
    worker.on("message", ({ number, answer }: NumberedAnswer) => {
      started.open.get(number)?.resolve(answer);
      started.open.delete(number);
      if (started.open.size > 0) return;
      worker.unref();
      started.end = setTimeout(() => {
        end(started, new Error("Cannot classify: the thread was idle."));
        worker.terminate();
      }, idleMs).unref();
    });
    worker.on("error", (error) => end(started, error));
    return started;
  };
  const ask = ({ samples, ...request }: ClassifyRequest): Promise<ClassifyAnswer> => {
    const { worker, open, end } = thread ??= start();
    clearTimeout(end);
    worker.ref();
    const number = ++requests;
    const answer = Promise.withResolvers<ClassifyAnswer>();
    open.set(number, answer);
    const sent = samples instanceof Uint8Array
      ? toSent("Uint8Array", samples)
      : toSent("Float32Array", samples);
    worker.postMessage({ number, request, samples: sent } satisfies NumberedRequest, [sent.bytes]);
    return answer.promise;
  };

  return {
    classify: (checkpoint, samples) => classifyBy(ask, checkpoint, samples),
    close() {
      if (!thread) return;
      const { worker } = thread;
      end(thread, new Error("Cannot classify: the classifier is closed."));
      worker.terminate();
    },
  };
}
