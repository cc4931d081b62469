/** Runs and events for the tests of the command line. */
import { resolveSpec } from "../../ml/spec/resolve.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { RunEvent, RunEventBody, RunEventType } from "../../runs/log/event.ts";
import { MNIST_SIZE } from "../support/fake_run.ts";
import type { History } from "../../runs/reading/history.ts";

/** Two epochs of four steps; the last step of each has half a batch. */
export const SPEC: TrainingSpec = resolveSpec(
  { epochs: 2, batchSize: 100, trainSamples: 350, testSamples: 100, seed: 1 },
  MNIST_SIZE,
);

/** An event, `seconds` after the run's start. */
export function event<Type extends RunEventType>(
  body: Extract<RunEventBody, { readonly type: Type }>,
  seconds = 0,
): RunEvent<Type> {
  const at = new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString();
  return { ...body, seq: 1, runId: "run", at };
}

export const STARTED = event({
  type: "started",
  device: "CPU (test, 2 threads)",
  engine: "TensorFlow 2.21.0",
  stepsPerEpoch: 4,
  steps: 8,
  parameters: 121_930,
});

/** The batches event of these losses. */
export function batches(epoch: number, firstStep: number, losses: number[], seconds: number) {
  return event({
    type: "batches",
    epoch,
    firstStep,
    losses,
    accs: losses.map(() => 0.5),
    samplesPerSecond: 12_345.6,
  }, seconds);
}

/** An epoch with the numbers of the reference curve. */
export function epoch(number: number): RunEvent<"epoch"> {
  return event({
    type: "epoch",
    number,
    trainAcc: 0.7764,
    trainLoss: 0.7442,
    testAcc: 0.9109,
    testLoss: 0.2838,
    learningRate: 0.01,
    seconds: 4.5,
  });
}

/** A history of this many epochs. */
export function history(epochs: number): History {
  return {
    id: "a1b2",
    name: "BASIC_CNN, seed 1",
    tags: [],
    note: null,
    state: "COMPLETED",
    error: null,
    spec: SPEC,
    device: "CPU (test, 2 threads)",
    engine: "TensorFlow 2.21.0",
    createdAt: "2026-01-01T00:00:00.000Z",
    startedAt: "2026-01-01T00:00:01.000Z",
    endedAt: "2026-01-01T00:00:10.000Z",
    epochs: Array.from({ length: epochs }, (_, index) => {
      const { type: _type, runId: _runId, ...rest } = epoch(index + 1);
      return rest;
    }),
  };
}
