/**
 * What is known of a run: a fold over its events. The store keeps the fold's latest value beside the log and
 * writes it in the transaction of the append, so that lists need not read logs; nothing else writes it.
 */
import type { EpochEvent } from "../../ml/training/events.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointEvent, RunEvent, RunEventBody, RunEventType } from "./event.ts";

/** The states of a run. */
export const RUN_STATES = [
  "QUEUED",
  "RUNNING",
  "PAUSING",
  "PAUSED",
  "CANCELLING",
  "CANCELLED",
  "COMPLETED",
  "FAILED",
  "INTERRUPTED",
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** A checkpoint that is there. */
export interface CheckpointInfo extends Omit<CheckpointEvent, "type"> {
  /** What people call it, of which there is no other in the run: such a one is kept for good. Null: nothing. */
  readonly name: string | null;
}

/** What the events of a run add up to. JSON, as stored. */
export interface RunSnapshot {
  readonly state: RunState;
  readonly lastSeq: number;
  /** How often a worker took the run. */
  readonly attempts: number;
  /** How often what trained the run died since it last finished an epoch. */
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
  readonly step: number;
  readonly samplesPerSecond: number | null;
  /** The last epoch in the log. */
  readonly lastEpoch: Omit<EpochEvent, "confusion"> | null;
  readonly bestTestAcc: number | null;
  /** The number of epochs, where it is not the spec's any more. */
  readonly epochs: number | null;
  /** The checkpoints that there are, in the order of their steps. */
  readonly checkpoints: readonly CheckpointInfo[];
  /** The one to go on from: the last of them. */
  readonly lastCheckpoint: CheckpointInfo | null;
  /** What it is called, where it is not called as it was first. */
  readonly name: string | null;
  /** None of them twice. */
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
  samplesPerSecond: null,
  lastEpoch: null,
  bestTestAcc: null,
  epochs: null,
  checkpoints: [],
  lastCheckpoint: null,
  name: null,
  tags: [],
  note: null,
};

/** How many epochs a run is to have: more than its spec says, if it was continued. */
export function epochsOf(
  { spec, snapshot }: {
    readonly spec: Pick<TrainingSpec, "epochs">;
    readonly snapshot: Pick<RunSnapshot, "epochs">;
  },
): number {
  return snapshot.epochs ?? spec.epochs;
}

/** Whether a run is over: nothing more is appended by a worker, unless a client resumes it. */
export function isFinished(state: RunState): boolean {
  switch (state) {
    case "CANCELLED":
    case "COMPLETED":
    case "FAILED":
      return true;
    case "QUEUED":
    case "RUNNING":
    case "PAUSING":
    case "PAUSED":
    case "CANCELLING":
    case "INTERRUPTED":
      return false;
    default:
      return state satisfies never;
  }
}

/** The states in which a worker trains a run. */
const TRAINING = ["RUNNING", "PAUSING", "CANCELLING"] as const satisfies readonly RunState[];

/** The states in which an event may come. */
const ALLOWED: Readonly<Record<RunEventType, readonly RunState[]>> = {
  queued: ["QUEUED"],
  claimed: ["QUEUED", "INTERRUPTED", "PAUSING", "CANCELLING"],
  started: TRAINING,
  batches: TRAINING,
  epoch: TRAINING,
  checkpoint: TRAINING,
  checkpointRemoved: TRAINING,
  checkpointNamed: RUN_STATES,
  pauseRequested: ["QUEUED", "RUNNING", "INTERRUPTED"],
  paused: ["PAUSING"],
  resumeRequested: ["PAUSED", "INTERRUPTED", "COMPLETED", "FAILED"],
  cancelRequested: ["QUEUED", "RUNNING", "PAUSING", "PAUSED", "INTERRUPTED"],
  cancelled: ["QUEUED", "RUNNING", "INTERRUPTED", "CANCELLING"],
  completed: TRAINING,
  failed: ["QUEUED", "INTERRUPTED", ...TRAINING],
  interrupted: ["RUNNING"],
  renamed: RUN_STATES,
  tagged: RUN_STATES,
  noted: RUN_STATES,
  system: TRAINING,
  log: RUN_STATES,
};

/** Whether an event of this type may follow in this state. */
export function allows(state: RunState, type: RunEventType): boolean {
  return ALLOWED[type].includes(state);
}

/**
 * The fold's step: what is known after one more event.
 *
 * Seqs, steps and epochs are contiguous: an event that leaves one out, or tells of one again, is refused.
 *
 * @throws {RangeError} if the event does not follow the snapshot
 */
export function fold(snapshot: RunSnapshot, event: RunEvent): RunSnapshot {
  mustFollow(event, "seq", event.seq, snapshot.lastSeq + 1);
  if (!allows(snapshot.state, event.type)) {
    throw new RangeError(
      `Cannot apply '${event.type}': the run must be ${ALLOWED[event.type].join(" or ")}, ` +
        `got ${snapshot.state}.`,
    );
  }
  const next = { ...snapshot, lastSeq: event.seq };
  switch (event.type) {
    case "queued":
    case "system":
    case "log":
      return next;
    case "claimed":
      // A claim of a run that is being paused or cancelled is there to leave it so.
      return {
        ...next,
        attempts: event.attempt,
        state: snapshot.state === "PAUSING" || snapshot.state === "CANCELLING"
          ? snapshot.state
          : "RUNNING",
      };
    case "started":
      return {
        ...next,
        device: event.device,
        engine: event.engine,
        stepsPerEpoch: event.stepsPerEpoch,
        steps: event.steps,
        startedAt: snapshot.startedAt ?? event.at,
      };
    case "batches":
      mustFollow(event, "firstStep", event.firstStep, snapshot.step + 1);
      if (event.losses.length === 0 || event.losses.length !== event.accs.length) {
        throw new RangeError(
          "Cannot apply 'batches': there must be as many losses as accs and at least one, " +
            `got ${event.losses.length} losses and ${event.accs.length} accs.`,
        );
      }
      return {
        ...next,
        step: event.firstStep + event.losses.length - 1,
        samplesPerSecond: event.samplesPerSecond,
      };
    case "epoch": {
      mustFollow(event, "number", event.number, (snapshot.lastEpoch?.number ?? 0) + 1);
      // The confusion is for who asks for it, not for who lists runs.
      const { seq: _seq, runId: _runId, at: _at, confusion: _confusion, ...epoch } = event;
      return {
        ...next,
        crashes: 0,
        lastEpoch: epoch,
        bestTestAcc: Math.max(snapshot.bestTestAcc ?? 0, event.testAcc),
      };
    }
    case "checkpoint": {
      const { seq: _seq, runId: _runId, at: _at, type: _type, ...checkpoint } = event;
      if (event.step < 1 || event.step > snapshot.step) {
        throw new RangeError(
          `Cannot apply 'checkpoint': step must be between 1 and ${snapshot.step}, got ${event.step}.`,
        );
      }
      if (snapshot.checkpoints.some(({ file }) => file === event.file)) {
        throw new RangeError(
          `Cannot apply 'checkpoint': file must be a new one, got '${event.file}'.`,
        );
      }
      return withCheckpoints(next, [...snapshot.checkpoints, { ...checkpoint, name: null }]);
    }
    case "checkpointRemoved":
      if (isKept(snapshot, event)) {
        throw new RangeError(
          `Cannot apply 'checkpointRemoved': a checkpoint with a name must be unusable, got '${event.file}'.`,
        );
      }
      return withCheckpoints(
        next,
        snapshot.checkpoints.filter(({ file }) => file !== event.file),
      );
    case "checkpointNamed":
      if (!snapshot.checkpoints.some(({ file }) => file === event.file)) {
        throw new RangeError(
          `Cannot apply 'checkpointNamed': file must be that of a checkpoint, got '${event.file}'.`,
        );
      }
      return withCheckpoints(
        next,
        snapshot.checkpoints.map((checkpoint) =>
          checkpoint.file === event.file ? { ...checkpoint, name: event.name } : checkpoint
        ),
      );
    case "pauseRequested":
      return { ...next, state: "PAUSING" };
    case "paused":
      return { ...next, state: "PAUSED" };
    case "resumeRequested": {
      const epochs = event.epochs ?? snapshot.epochs;
      const { stepsPerEpoch } = snapshot;
      return {
        ...next,
        state: "QUEUED",
        epochs,
        steps: epochs === null || stepsPerEpoch === null ? snapshot.steps : epochs * stepsPerEpoch,
        endedAt: null,
        error: null,
        // Whoever tries a failed run again has done something about it.
        crashes: snapshot.state === "FAILED" ? 0 : snapshot.crashes,
      };
    }
    case "cancelRequested":
      return { ...next, state: "CANCELLING" };
    case "cancelled":
      return { ...next, state: "CANCELLED", endedAt: event.at };
    case "completed":
      return { ...next, state: "COMPLETED", endedAt: event.at };
    case "failed":
      return { ...next, state: "FAILED", endedAt: event.at, error: event.error };
    case "interrupted":
      return {
        ...next,
        state: "INTERRUPTED",
        crashes: snapshot.crashes + (event.crashed ? 1 : 0),
      };
    case "renamed":
      return { ...next, name: event.name };
    case "tagged":
      return { ...next, tags: event.tags };
    case "noted":
      return { ...next, note: event.note };
    default:
      return event satisfies never;
  }
}

/** Whether an event would remove a checkpoint that is to be kept: one with a name, as long as it can be used. */
export function isKept(
  { checkpoints }: Pick<RunSnapshot, "checkpoints">,
  event: RunEventBody,
): boolean {
  return event.type === "checkpointRemoved" && event.unusable !== true &&
    checkpoints.some(({ file, name }) => file === event.file && name !== null);
}

/** Sorted by step; of one step, the later written is the later. */
function withCheckpoints(
  snapshot: RunSnapshot,
  checkpoints: readonly CheckpointInfo[],
): RunSnapshot {
  const sorted = checkpoints.toSorted((a, b) => a.step - b.step);
  return { ...snapshot, checkpoints: sorted, lastCheckpoint: sorted.at(-1) ?? null };
}

function mustFollow(event: RunEvent, field: string, value: number, expected: number): void {
  if (value === expected) return;
  throw new RangeError(
    `Cannot apply '${event.type}': ${field} must be ${expected}, got ${value}.`,
  );
}
