/**
 * The interface of trainers. A worker keeps the run's log and lease; a trainer has the engine, in a process of its own
 * (process.ts), so that native code cannot crash the worker.
 */
import type { TrainingEvent } from "../../ml/training/events.ts";
import type { CheckpointPolicy, SaveReason } from "../../ml/training/checkpointing.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** A checkpoint that a trainer has written for the worker. */
export interface WrittenCheckpoint {
  readonly type: "checkpoint";
  /** The last step that it holds, from 1, counted over the whole training. */
  readonly step: number;
  /** The epoch of that step, from 1. */
  readonly epoch: number;
  /** The complete file. */
  readonly path: string;
  readonly bytes: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly reason: SaveReason;
  /** The test accuracy after the epoch; null within an epoch. */
  readonly testAcc: number | null;
  /** The accuracy on the samples for validation after the epoch; null within an epoch and without such samples. */
  readonly validationAcc?: number | null;
  /** The epoch whose weights it holds, where those of the best epoch were brought back at the end. */
  readonly weightsEpoch?: number;
}

/** The problem that prevents writing a checkpoint, during which the training waits; null when it has ended. */
export interface ProblemReport {
  readonly type: "trouble";
  readonly message: string | null;
}

/** A line for the run's log. */
export interface LogLine {
  readonly type: "log";
  readonly level: "info" | "warning";
  readonly message: string;
}

/** Resources that a trainer has used since it started. */
export interface UsageReport {
  readonly type: "usage";
  /** Time since it started, by its own clock. */
  readonly seconds: number;
  /** CPU time of the process and all its threads; it has no children. */
  readonly cpuSeconds: number;
  /** Resident memory now. */
  readonly memoryBytes: number;
}

/** An event of a training, as its trainer reports it. */
export type TrainerEvent =
  | TrainingEvent
  | WrittenCheckpoint
  | ProblemReport
  | UsageReport
  | LogLine;

/** Options of Trainer.train(). */
export interface TrainOptions {
  /** Ends the training at once. */
  readonly signal: AbortSignal;
  /** Ends the training after it has saved a checkpoint. */
  readonly pause?: AbortSignal | undefined;
  /** The engine that the run has been trained with, by its name: AUTO stays with it. Default: any. */
  readonly lastEngine?: string | undefined;
  /** The file of the checkpoint to continue from. Default: the first step. */
  readonly from?: string | undefined;
  /** The file of the weights to begin with, for a spec with `startFrom`. */
  readonly weights?: string | undefined;
  /** The folder of checkpoints only. Default: none are written. */
  readonly checkpointFolder?: string | undefined;
  /** Interval of checkpoints within an epoch: the most that a dead worker loses. Default: 30 s. */
  readonly saveEvery?: CheckpointPolicy["every"] | undefined;
}

/** Trains runs on the devices of a machine. */
export interface Trainer {
  /**
   * Trains. The events end after the last epoch, or early when a signal aborts.
   *
   * @throws {TrainingError} if the training is impossible, also when tried again
   * @throws {TrainerCrashedError} if the trainer died, or hung and was killed
   */
  train(spec: TrainingSpec, options: TrainOptions): AsyncIterable<TrainerEvent>;
  /** Lists the devices; none if the signal aborts. */
  devices(options: { readonly signal: AbortSignal }): Promise<readonly DeviceInfo[]>;
}

/** Thrown if a training is impossible. The message names the reason and the remedy. */
export class TrainingError extends Error {
  override readonly name: string = "TrainingError";
}

/** Thrown if the requested device does not exist. */
export class NoDeviceError extends TrainingError {
  override readonly name = "NoDeviceError";
}

/** Thrown if the trainer died. The message states the cause, if it is known. */
export class TrainerCrashedError extends Error {
  override readonly name = "TrainerCrashedError";
}
