/**
 * Networks of checkpoints in a thread of its own, for a process that has something else to do meanwhile. The thread starts
 * with the first samples and ends when it had none for a while, so that its memory is given back. It does not keep
 * the process alive.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { Worker } from "node:worker_threads";
import { CheckpointError, type CheckpointErrorKind } from "../../checkpoint/error.ts";
import type { Classified } from "../../metrics.ts";
import { CLASSIFIER_IDLE_MS } from "../../timeouts.ts";

/** A request to the thread. */
export interface ClassifyRequest {
  readonly number: number;
  /** The checkpoint's digest, by which the thread knows whether it has it. */
  readonly sha256: string;
  readonly samples: Uint8Array | Float32Array;
  /** Path of the checkpoint, after the thread replied that it does not have it. */
  readonly path?: string;
}

/** A reply: the samples' classes, a request for the checkpoint, or an error. */
export type ClassifyAnswer =
  & { readonly number: number }
  & (
    | { readonly kind: "classified"; readonly classified: Classified }
    | { readonly kind: "unknown" }
    | {
      readonly kind: "failed";
      readonly message: string;
      readonly reason: CheckpointErrorKind | undefined;
    }
  );

/** A checkpoint that can be brought onto this machine. */
export interface CheckpointSource {
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** Lends the file; it may be gone as soon as `use` is done. */
  lend<T>(use: (path: string) => Promise<T>): Promise<T>;
}

/** Classifies by checkpoints. */
export interface Classifier {
  /**
   * @param samples pixels 0..255, [count, height, width, channels], or vectors [count, features]; the thread does nothing else until it is done with them
   * @throws {CheckpointError} if the checkpoint cannot be had or read
   * @throws {RangeError} if they are not whole samples
   */
  classify(
    checkpoint: CheckpointSource,
    samples: Uint8Array | Float32Array,
  ): Promise<Classified>;
  /** Ends the thread. What it has not answered fails. */
  close(): void;
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
    worker.on("message", (answer: ClassifyAnswer) => {
      started.open.get(answer.number)?.resolve(answer);
      started.open.delete(answer.number);
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
  const ask = (request: Omit<ClassifyRequest, "number">): Promise<ClassifyAnswer> => {
    const { worker, open, end } = thread ??= start();
    clearTimeout(end);
    worker.ref();
    const number = ++requests;
    const answer = Promise.withResolvers<ClassifyAnswer>();
    open.set(number, answer);
    worker.postMessage({ ...request, number } satisfies ClassifyRequest);
    return answer.promise;
  };

  return {
    async classify({ sha256, lend }, samples) {
      const first = await ask({ sha256, samples });
      const answer = first.kind === "unknown"
        ? await lend((path) => ask({ sha256, samples, path }))
        : first;
      switch (answer.kind) {
        case "classified":
          return answer.classified;
        case "failed":
          throw answer.reason
            ? new CheckpointError(answer.reason, answer.message)
            : new RangeError(answer.message);
        case "unknown":
          throw new Error("Cannot classify: the checkpoint was given, and is unknown.");
        default:
          return answer satisfies never;
      }
    },
    close() {
      if (!thread) return;
      const { worker } = thread;
      end(thread, new Error("Cannot classify: the classifier is closed."));
      worker.terminate();
    },
  };
}
