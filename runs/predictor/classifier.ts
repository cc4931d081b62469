/**
 * Classifies by checkpoints in the native engine, and in WebAssembly where that is not possible: the engine is not set
 * up, its process dies again and again, or a network is too large for it.
 */
import { LRUCache } from "lru-cache";
import { type Classifier, EngineError } from "../../ml/engines/classifier.ts";
import { createClassifier } from "../../ml/engines/wasm/thread.ts";
import { PREDICTOR_RETRY_MS } from "../timeouts.ts";
import {
  createPredictorProcess,
  PredictorCrashedError,
  type PredictorProcessOptions,
  PredictorUnavailableError,
} from "./process.ts";

/** Inputs of a classifier. */
export interface FastClassifierOptions extends PredictorProcessOptions {
  /** Receives the reason why samples are classified in WebAssembly, once until another one takes its place. */
  readonly onFallback?: ((reason: string) => void) | undefined;
  /** Time after which the native engine is tried again. */
  readonly retryMs?: number | undefined;
}

/** Number of checkpoints that are remembered as too large for the native engine. */
const MAX_REFUSED = 100;

/** Makes a classifier. */
export function createFastClassifier(options: FastClassifierOptions): Classifier {
  const { onFallback, retryMs = PREDICTOR_RETRY_MS } = options;
  const native = createPredictorProcess(options);
  const wasm = createClassifier(options.idleMs);
  /** Digests of checkpoints. */
  const refused = new LRUCache<string, true>({ max: MAX_REFUSED });
  let reported: string | undefined;
  let retryAt = 0;

  const report = (error: Error) => {
    if (reported !== error.message) onFallback?.(error.message);
    reported = error.message;
  };
  return {
    async classify(checkpoint, samples) {
      const { sha256 } = checkpoint;
      if (performance.now() < retryAt || refused.has(sha256)) {
        return await wasm.classify(checkpoint, samples);
      }
      try {
        return await twice(() => native.classify(checkpoint, samples));
      } catch (error) {
        if (error instanceof EngineError) refused.set(sha256, true);
        else if (isDown(error)) retryAt = performance.now() + retryMs;
        else throw error;
        report(error);
        return await wasm.classify(checkpoint, samples);
      }
    },
    close() {
      native.close();
      wasm.close();
    },
  };
}

/** Tries once more if the process has died: it may have been killed, or another request may have been too much. */
async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PredictorCrashedError)) throw error;
    return await work();
  }
}

function isDown(error: unknown): error is Error {
  return error instanceof PredictorCrashedError || error instanceof PredictorUnavailableError;
}
