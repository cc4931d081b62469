/** A checkpoint evaluator whose evaluations a test finishes. */
import type { Classified } from "../../ml/metrics.ts";
import type { CheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import { SPEC } from "./written_run.ts";

/** An evaluator that reads no checkpoint. */
export interface FakeEvaluator extends CheckpointEvaluator {
  /** Holds the evaluations from now on until the returned promise is resolved. */
  hold(): PromiseWithResolvers<Classified>;
  /** Replaces the evaluation. */
  use(evaluate: CheckpointEvaluator["evaluate"]): void;
}

/** Creates an evaluator. It rejects everything but evaluations. */
export function fakeEvaluator(): FakeEvaluator {
  const unused = () => Promise.reject(new Error("No test needs this."));
  let evaluate: CheckpointEvaluator["evaluate"] = unused;
  return {
    classify: unused,
    weights: unused,
    model: unused,
    evaluate: (...args) => evaluate(...args),
    close() {},
    hold() {
      const evaluation = Promise.withResolvers<Classified>();
      evaluate = () => evaluation.promise;
      return evaluation;
    },
    use(replacement) {
      evaluate = replacement;
    },
  };
}

/** Returns the result of an evaluation that finds one class for every test sample of a written run. */
export function classified(label: number, count: number = SPEC.testSamples): Classified {
  return {
    predicted: new Int32Array(count).fill(label),
    probabilities: new Float32Array(count * 10),
  };
}
