/**
 * Evaluates a run's checkpoints: classifies images by any of them, and the whole test set once
 * each. Reads checkpoints from their store and leaves no file behind.
 */
import { LRUCache } from "lru-cache";
import { type LabelledDataset, valuesOf } from "../../data/dataset.ts";
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { weightsOf } from "../../ml/checkpoint/kept_state.ts";
import type { CheckpointSource, Classifier } from "../../ml/engines/classifier.ts";
import { createFastClassifier } from "../predictor/classifier.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import type { CheckpointInfo } from "../log/snapshot.ts";
import { BusyError, createWorkQueue } from "./work_queue.ts";
import type { StateArray } from "../../ml/state.ts";
import type { Classified, Inferred } from "../../ml/metrics.ts";
import { EVALUATION_PART_MS } from "../timeouts.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";

/** A checkpoint of a run, as the log names it. */
export interface EvaluatedCheckpoint extends Pick<CheckpointInfo, "file" | "sha256"> {
  readonly runId: string;
}

/** Evaluates checkpoints. */
export interface CheckpointEvaluator {
  /**
   * Classifies a few samples, within milliseconds also during an evaluation.
   *
   * @param samples pixels 0..255, [count, height, width, channels]; vectors [count, features]
   * @throws {BusyError} if too many requests are open
   * @throws {CheckpointError} if the checkpoint cannot be fetched or read: 'missing' if it was removed meanwhile
   */
  classify(
    checkpoint: EvaluatedCheckpoint,
    samples: Uint8Array | Float32Array,
  ): Promise<Inferred>;
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
    test: LabelledDataset,
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
  /**
   * Reads all weights and buffers of a checkpoint, in PyTorch's layout, one checkpoint at a time.
   *
   * @param signal aborts when the caller has left
   * @throws {BusyError} if too many are requested at once
   * @throws {CheckpointError} as classify() does
   * @throws the signal's reason
   */
  model(checkpoint: EvaluatedCheckpoint, signal?: AbortSignal): Promise<readonly StateArray[]>;
  /** Stops all evaluations. */
  close(): void;
}

/** Inputs of an evaluator. */
export interface CheckpointEvaluatorOptions {
  /** Opens the checkpoint store when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
  /** Folder for temporary copies. It is created if it does not exist. */
  readonly scratch: string;
  /** Receives the reason why samples are classified in WebAssembly, which is slower. */
  readonly onFallback?: ((reason: string) => void) | undefined;
  /** Default: the native engine in a process of its own, or WebAssembly. */
  readonly classifier?: Classifier | undefined;
}

/** Maximum number of samples in a part; larger parts are no faster. */
const MAX_PART = 64;

/** Number of evaluations that are cached, 0.5 MB each. */
const MAX_CACHED_EVALUATIONS = 32;

/** Maximum number of checkpoints that are evaluated or queued. Each takes seconds. */
const MAX_EVALUATIONS = 8;

/** Maximum number of open requests for single images. Each takes milliseconds. */
const MAX_REQUESTS = 100;

/** Maximum size of their samples together, in bytes. */
const MAX_REQUEST_BYTES = 256_000_000;

/** Maximum number of checkpoints that are read as a whole, or wait for it. */
const MAX_MODELS = 8;

/** Number of arrays that are cached. Kernels have up to 0.2 MB. */
const MAX_CACHED_ARRAYS = 32;

/** Creates an evaluator. */
export function createCheckpointEvaluator(
  options: CheckpointEvaluatorOptions,
): CheckpointEvaluator {
  const classifier = options.classifier ?? createFastClassifier(options);
  const evaluations = createWorkQueue<Classified>({
    purpose: "evaluate the checkpoint",
    maxPending: MAX_EVALUATIONS,
    maxCached: MAX_CACHED_EVALUATIONS,
  });
  const models = createWorkQueue<readonly StateArray[]>({
    purpose: "read the checkpoint",
    maxPending: MAX_MODELS,
    maxCached: 1,
  });
  const arrays = new LRUCache<string, StateArray, () => Promise<StateArray>>({
    max: MAX_CACHED_ARRAYS,
    fetchMethod: (_key, _stale, { context: read }) => read(),
    // A caller receives its array even if the cache has evicted it meanwhile.
    ignoreFetchAbort: true,
  });
  let [requests, bytes] = [0, 0];

  return {
    async classify(checkpoint, samples) {
      if (requests >= MAX_REQUESTS) {
        throw new BusyError(
          `Cannot classify: at most ${MAX_REQUESTS} requests may be open at a time, got one more. ` +
            "Ask again in a second.",
        );
      }
      // A single request may be of any size.
      if (requests > 0 && bytes + samples.byteLength > MAX_REQUEST_BYTES) {
        throw new BusyError(
          `Cannot classify: the samples of open requests must have at most ${MAX_REQUEST_BYTES} bytes, got ${
            bytes + samples.byteLength
          }. Ask again in a second.`,
        );
      }
      requests++;
      bytes += samples.byteLength;
      try {
        return await classifier.classify(sourceOf(checkpoint, options), samples);
      } finally {
        requests--;
        bytes -= samples.byteLength;
      }
    },
    evaluate(checkpoint, test, signal) {
      const key = `${checkpoint.sha256}/${test.name}/${test.split}/${test.count}`;
      const source = sourceOf(checkpoint, options);
      return evaluations.run(key, (stop) => classifyAll(classifier, source, test, stop), signal);
    },
    weights(checkpoint, name) {
      return arrays.forceFetch(`${checkpoint.sha256}/${name}`, {
        context: () => readArray(sourceOf(checkpoint, options), name),
      });
    },
    model(checkpoint, signal) {
      const source = sourceOf(checkpoint, options);
      return models.run(checkpoint.sha256, () => readModel(source), signal);
    },
    close: classifier.close,
  };
}

/** Lends copies of a checkpoint, which are removed after each use. */
function sourceOf(
  { runId, file, sha256 }: EvaluatedCheckpoint,
  { checkpoints, scratch }: CheckpointEvaluatorOptions,
): CheckpointSource {
  return {
    sha256,
    async lend(use) {
      const store = await checkpoints();
      await Deno.mkdir(scratch, { recursive: true });
      const folder = await Deno.makeTempDir({ dir: scratch, prefix: "inspected-" });
      try {
        return await use(await store.fetch(runId, file, folder, { sha256 }));
      } finally {
        await Deno.remove(folder, { recursive: true }).catch(ignoreNotFound);
      }
    },
  };
}

/** Classifies a test set in parts, whose size follows from the time that the last one took. */
async function classifyAll(
  classifier: Classifier,
  source: CheckpointSource,
  dataset: LabelledDataset,
  signal: AbortSignal,
): Promise<Classified> {
  const { count, classes } = dataset;
  const values = valuesOf(dataset);
  const size = values.length / count;
  const predicted = new Int32Array(count);
  const probabilities = new Float32Array(count * classes.length);
  for (let begin = 0, length = 1; begin < count;) {
    signal.throwIfAborted();
    const end = Math.min(begin + length, count);
    const started = performance.now();
    const part = await classifier.classify(source, values.slice(begin * size, end * size));
    const took = performance.now() - started;
    predicted.set(part.predicted, begin);
    probabilities.set(part.probabilities, begin * classes.length);
    begin = end;
    // At most doubled: the first part's time includes loading the checkpoint.
    const fitting = Math.floor(length * Math.min(2, EVALUATION_PART_MS / took));
    length = Math.max(1, Math.min(MAX_PART, fitting));
  }
  return { predicted, probabilities };
}

async function readModel(source: CheckpointSource): Promise<readonly StateArray[]> {
  const { state } = await source.lend((path) => readCheckpoint(path));
  return weightsOf(state);
}

async function readArray(source: CheckpointSource, name: string): Promise<StateArray> {
  // The store has verified the digest of the lent copy.
  const { state } = await source.lend((path) => readCheckpoint(path));
  const found = state.find((array) => array.name === name);
  if (found) return found;
  const names = state.map((array) => array.name).join(", ");
  throw new RangeError(
    `Cannot read weights: the checkpoint's array must be one of ${names}, got '${name}'.`,
  );
}
