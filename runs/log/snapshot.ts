/** The snapshot of a run: the values that its events add up to, as JSON beside the log. */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { EpochEvent } from "../../ml/training/events.ts";
import type { Pace } from "./pace.ts";
import type { RunState } from "./state.ts";

/** 1, 2, 3 … within a run: no gap, no duplicate. */
export type Seq = number;

/** Training step, from 1, counted over the whole run. */
export type Step = number;

/** Reason for writing a checkpoint. */
export type CheckpointReason = "interval" | "epoch" | "pause" | "stop";

/** A checkpoint that exists. */
export interface CheckpointInfo {
  /** The last step that it holds. */
  readonly step: Step;
  /** The epoch of that step, from 1. */
  readonly epoch: number;
  /** Name of its file in the checkpoint store, unique in the run. */
  readonly file: string;
  readonly bytes: number;
  /** Digest of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly reason: CheckpointReason;
  /** Test accuracy after the epoch; null within an epoch. */
  readonly testAcc: number | null;
  /** Accuracy on the samples for validation after the epoch; null within an epoch. Absent from older logs. */
  readonly validationAcc?: number | null;
  /** The epoch whose weights it holds, where those of the best epoch were brought back at the end. */
  readonly weightsEpoch?: number;
  /** The user's name for it, unique in the run; null for none. Named checkpoints are never pruned. */
  readonly name: string | null;
}

/** Sizes of the classes of the test set. */
export interface TestClasses {
  readonly classes: number;
  /** Samples of all classes, and those of the largest. */
  readonly samples: number;
  readonly largest: number;
}

/** The state of a run and all other values that follow from its events. */
export interface RunSnapshot {
  readonly state: RunState;
  readonly lastSeq: Seq;
  /** Number of claims by workers. */
  readonly attempts: number;
  /** Crashes of the trainer since the last completed epoch. */
  readonly crashes: number;
  readonly device: string | null;
  readonly engine: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: string | null;
  readonly stepsPerEpoch: number | null;
  /** Steps of the whole training. */
  readonly steps: number | null;
  /** The last step in the log. */
  readonly step: Step;
  /** Highest loss of a batch; null before the first, and in runs of older versions. */
  readonly highestLoss: number | null;
  readonly samplesPerSecond: number | null;
  /** Of the latest attempt; null before its first steps, and in older logs. */
  readonly pace: Pace | null;
  /** The last epoch in the log. */
  readonly lastEpoch: Omit<EpochEvent, "confusion"> | null;
  readonly bestTestAcc: number | null;
  /** Classes of the test set that was evaluated last; null before the first epoch, and in older logs. */
  readonly testClasses: TestClasses | null;
  /** True if early stopping ended the training before its last epoch. */
  readonly stoppedEarly: boolean;
  /** Number of epochs, if it differs from the specification's. */
  readonly epochs: number | null;
  /** Existing checkpoints in the order of their steps. */
  readonly checkpoints: readonly CheckpointInfo[];
  /** The last of them: training resumes from it. */
  readonly lastCheckpoint: CheckpointInfo | null;
  /** Current name, if the run was renamed. */
  readonly name: string | null;
  /** Tags without duplicates. */
  readonly tags: readonly string[];
  readonly note: string | null;
}

/** A run before its first event. */
export const EMPTY_SNAPSHOT: RunSnapshot = {
  state: "QUEUED",
  lastSeq: 0,
  attempts: 0,
  crashes: 0,
  device: null,
  engine: null,
  startedAt: null,
  endedAt: null,
  error: null,
  stepsPerEpoch: null,
  steps: null,
  step: 0,
  highestLoss: null,
  samplesPerSecond: null,
  pace: null,
  lastEpoch: null,
  bestTestAcc: null,
  testClasses: null,
  stoppedEarly: false,
  epochs: null,
  checkpoints: [],
  lastCheckpoint: null,
  name: null,
  tags: [],
  note: null,
};

/** Returns the number of epochs to train: more than the specification's if the run was extended. */
export function epochsOf(
  { spec, snapshot }: {
    readonly spec: Pick<TrainingSpec, "epochs">;
    readonly snapshot: Pick<RunSnapshot, "epochs">;
  },
): number {
  return snapshot.epochs ?? spec.epochs;
}

/** Returns the number of epochs of a training that may have ended early. */
export function totalEpochs(
  run: {
    readonly spec: Pick<TrainingSpec, "epochs">;
    readonly snapshot: Pick<RunSnapshot, "epochs" | "stoppedEarly" | "lastEpoch">;
  },
): number {
  const { stoppedEarly, lastEpoch } = run.snapshot;
  return stoppedEarly && lastEpoch ? lastEpoch.number : epochsOf(run);
}
