/**
 * Evaluates a run's checkpoints: classifies images by any of them, and the whole test set once
 * each. Reads checkpoints from their store and leaves no file behind.
 */
import { LRUCache } from "lru-cache";
import type { ImageDataset } from "../../data/dataset.ts";
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { type CheckpointSource, createClassifier } from "../../ml/engines/wasm/thread.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import type { CheckpointInfo } from "../log/snapshot.ts";
import { BusyError, createWorkQueue } from "./work_queue.ts";
import type { StateArray } from "../../ml/state.ts";
import type { Classified } from "../../ml/metrics.ts";

/** A checkpoint of a run, as the log names it. */
export interface EvaluatedCheckpoint extends Pick<CheckpointInfo, "file" | "sha256"> {
  readonly runId: string;
}

/** Looks into checkpoints. */
export interface CheckpointEvaluator {
  /**
   * Classifies a few images; soon, also while a test set is worked on.
   *
   * @param images pixels 0..255, [count, height, width, channels]
   * @throws {BusyError} if too many are asked for at once
   * @throws {CheckpointError} if the checkpoint cannot be had or read: 'missing' if it was removed meanwhile
   */
  classify(checkpoint: EvaluatedCheckpoint, images: Uint8Array): Promise<Classified>;
  /**
   * Classifies a test set. Evaluations run one at a time, each once for all callers; one without
   * callers is stopped.
   * @param test the run's own test samples
   * @param signal aborts when the caller has left
   * @throws {BusyError} if too many are requested at once
   * @throws {CheckpointError} as classify() does
   * @throws the signal's reason
   */
  evaluate(
    checkpoint: EvaluatedCheckpoint,
    test: ImageDataset,
    signal?: AbortSignal,
  ): Promise<Classified>;
  /**
   * Reads one array of a checkpoint, in PyTorch's layout.
   *
   * @param name 'conv1.weight'
   * @throws {RangeError} if it has no such array
   * @throws {CheckpointError} as classify() does
   */
  weights(checkpoint: EvaluatedCheckpoint, name: string): Promise<StateArray>;
  /** Ends what is going on. */
  close(): void;
}

/** Inputs of an evaluator. */
export interface CheckpointEvaluatorOptions {
  /** Opens the checkpoint store when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
  /** A folder for what is there for a moment only; it is made if it is not there. */
  readonly scratch: string;
}

/** Single images wait for a part of a test set: so long, in milliseconds, on a machine however busy. */
const PART_MS = 15;

/** Maximum number of images in a part; larger parts are no faster. */
const LARGEST_PART = 64;

/** Number of evaluations that are cached, 0.5 MB each. */
const KEPT = 32;

/** Maximum number of checkpoints that are evaluated or queued. Each takes seconds. */
const MOST_EVALUATIONS = 8;

/** Maximum number of open requests for single images. Each takes milliseconds. */
const MOST_REQUESTS = 100;

/** Number of arrays that are cached. Kernels have up to 0.2 MB. */
const KEPT_ARRAYS = 32;

/** Makes an inspector. */
// deno-lint-ignore house/max-function-lines -- a record of small functions
export function createCheckpointEvaluator(
  { checkpoints, scratch }: CheckpointEvaluatorOptions,
): CheckpointEvaluator {
  const classifier = createClassifier();
  const evaluations = createWorkQueue<Classified>({
    purpose: "evaluate the checkpoint",
    most: MOST_EVALUATIONS,
    kept: KEPT,
  });
  const arrays = new LRUCache<string, StateArray, () => Promise<StateArray>>({
    max: KEPT_ARRAYS,
    fetchMethod: (_key, _stale, { context: read }) => read(),
    // Who asked gets it, though others have asked for many more since.
    ignoreFetchAbort: true,
  });
  let requests = 0;

  const sourceOf = ({ runId, file, sha256 }: EvaluatedCheckpoint): CheckpointSource => ({
    sha256,
    async lend(use) {
      const store = await checkpoints();
      await Deno.mkdir(scratch, { recursive: true });
      const folder = await Deno.makeTempDir({ dir: scratch, prefix: "inspected-" });
      try {
        return await use(await store.fetch(runId, file, folder, { sha256 }));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
  const evaluate = async (
    checkpoint: EvaluatedCheckpoint,
    { images, count, classes, imageShape: [height, width, channels] }: ImageDataset,
    signal: AbortSignal,
  ): Promise<Classified> => {
    const source = sourceOf(checkpoint);
    const size = height * width * channels;
    const predicted = new Int32Array(count);
    const probabilities = new Float32Array(count * classes.length);
    for (let begin = 0, length = 1; begin < count;) {
      signal.throwIfAborted();
      const end = Math.min(begin + length, count);
      const started = performance.now();
      const part = await classifier.classify(source, images.slice(begin * size, end * size));
      const took = performance.now() - started;
      predicted.set(part.predicted, begin);
      probabilities.set(part.probabilities, begin * classes.length);
      begin = end;
      // At most twice as many: the first part has loaded the checkpoint too.
      const fitting = Math.floor(length * Math.min(2, PART_MS / took));
      length = Math.max(1, Math.min(LARGEST_PART, fitting));
    }
    return { predicted, probabilities };
  };

  return {
    async classify(checkpoint, images) {
      if (requests >= MOST_REQUESTS) {
        throw new BusyError(
          `Cannot classify: at most ${MOST_REQUESTS} requests may be open at a time, got one more. ` +
            "Ask again in a second.",
        );
      }
      requests++;
      try {
        return await classifier.classify(sourceOf(checkpoint), images);
      } finally {
        requests--;
      }
    },
    evaluate(checkpoint, test, signal) {
      const key = `${checkpoint.sha256}/${test.name}/${test.split}/${test.count}`;
      return evaluations.run(key, (stop) => evaluate(checkpoint, test, stop), signal);
    },
    weights(checkpoint, name) {
      const read = async () => {
        // Its digest was looked at as it was lent.
        const { state } = await sourceOf(checkpoint).lend((path) => readCheckpoint(path));
        const found = state.find((array) => array.name === name);
        if (found) return found;
        throw new RangeError(
          `Cannot read weights: the checkpoint's array must be one of ${
            state.map((array) => array.name).join(", ")
          }, got '${name}'.`,
        );
      };
      return arrays.forceFetch(`${checkpoint.sha256}/${name}`, { context: read });
    },
    close: classifier.close,
  };
}
