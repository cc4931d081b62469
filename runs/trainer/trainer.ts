/**
 * Who trains for a worker: the worker keeps the run's log and lease, a trainer knows the engine. Between them
 * there may be a process border, so that native code cannot take the worker down (trainer_process.ts).
 */
import type { TrainingEvent } from "../../ml/training/events.ts";
import type { CheckpointPolicy, SaveReason } from "../../ml/training/checkpointing.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** A checkpoint that a trainer has written, and that is the worker's now. */
export interface WrittenCheckpoint {
  readonly type: "checkpoint";
  /** The last step that it holds, from 1, counted over the whole training. */
  readonly step: number;
  /** The epoch of that step, from 1. */
  readonly epoch: number;
  /** The file, which is there whole. */
  readonly path: string;
  readonly bytes: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly reason: SaveReason;
  /** The test accuracy after the epoch; null within an epoch. */
  readonly testAcc: number | null;
}

/** The training waits, as a checkpoint cannot be written: why, and what to do. Null when it goes on. */
export interface ProblemReport {
  readonly type: "trouble";
  readonly message: string | null;
}

/** What a trainer has used of its machine since it began. */
export interface UsageReport {
  readonly type: "usage";
  /** By its own clock, since it began. */
  readonly seconds: number;
  /** CPU time of the process and all its threads; it has no children. */
  readonly cpuSeconds: number;
  /** Resident memory now. */
  readonly memoryBytes: number;
}

/** What a trainer says. */
export type TrainerEvent = TrainingEvent | WrittenCheckpoint | ProblemReport | UsageReport;

/** How to train. */
export interface TrainOptions {
  /** Ends the training at once. */
  readonly signal: AbortSignal;
  /** Ends the training in good order: what was trained is saved, which takes a moment. */
  readonly pause?: AbortSignal | undefined;
  /** The file of the checkpoint to go on from; else the first step is next. */
  readonly from?: string | undefined;
  /** Where checkpoints are written, and nothing else; without it there are none. */
  readonly checkpointFolder?: string | undefined;
  /** How often to save within an epoch: what a dead worker costs at most. Every 30 s, if absent. */
  readonly saveEvery?: CheckpointPolicy["every"] | undefined;
}

/** Trains runs. */
export interface Trainer {
  /**
   * Trains. The events end after the last epoch; when a signal aborts, they end early.
   *
   * @throws {TrainingError} if the training cannot be done, and would not be if it were tried again
   * @throws {TrainerCrashedError} if what trains died, or hung and was killed
   */
  train(spec: TrainingSpec, options: TrainOptions): AsyncIterable<TrainerEvent>;
  /** What there is to train on; nothing if the signal aborts. */
  devices(options: { readonly signal: AbortSignal }): Promise<readonly DeviceInfo[]>;
}

/** The training cannot be done: the message says why, and what to do about it. */
export class TrainingError extends Error {
  override readonly name: string = "TrainingError";
}

/** There is no such device as was asked for. */
export class NoDeviceError extends TrainingError {
  override readonly name = "NoDeviceError";
}

/** What trains died. The message says what is known of the cause. */
export class TrainerCrashedError extends Error {
  override readonly name = "TrainerCrashedError";
}
