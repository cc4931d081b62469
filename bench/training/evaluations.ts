/** Computes how long the test set takes: an epoch's time without its steps. */
import { stepsPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import type { RunEvent } from "../../runs/log/event.ts";

/** @returns seconds */
export function evaluationOf(epochSeconds: number, batchSeconds: number): number {
  return epochSeconds - batchSeconds;
}

/** The seconds of every evaluation in a run's log. */
export function evaluationsIn(log: readonly RunEvent[], spec: TrainingSpec): readonly number[] {
  const evaluations: number[] = [];
  let batchSeconds = 0;
  let steps = 0;
  for (const event of log) {
    if (event.type === "batches") {
      batchSeconds += event.losses.length * spec.batchSize / event.samplesPerSecond;
      steps += event.losses.length;
    } else if (event.type === "epoch") {
      // An epoch that was taken up in its middle tells nothing.
      if (steps === stepsPerEpoch(spec)) {
        evaluations.push(evaluationOf(event.seconds, batchSeconds));
      }
      batchSeconds = 0;
      steps = 0;
    }
  }
  return evaluations;
}
