/**
 * Who trains for a worker: the worker keeps the run's log and lease, a trainer knows the engine. Between them
 * there may be a process border, so that native code cannot take the worker down (trainer_process.ts).
 */
import type { DeviceInfo } from "../ml/engines/engine.ts";
import type { TrainingEvent } from "../ml/event.ts";
import type { TrainingSpec } from "../ml/spec.ts";

/** Trains runs. */
export interface Trainer {
  /**
   * Trains from the first step. The events end after the last epoch; when the signal aborts, they end early.
   *
   * @throws {TrainingError} if the training cannot be done, and would not be if it were tried again
   * @throws {TrainerCrashedError} if what trains died
   */
  train(
    spec: TrainingSpec,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<TrainingEvent>;
  /** What there is to train on; nothing if the signal aborts. */
  devices(options: { readonly signal: AbortSignal }): Promise<readonly DeviceInfo[]>;
}

/** The training cannot be done: the message says why, and what to do about it. */
export class TrainingError extends Error {
  override readonly name = "TrainingError";
}

/** What trains died. The message says what is known of the cause. */
export class TrainerCrashedError extends Error {
  override readonly name = "TrainerCrashedError";
}
