/**
 * The fold over a run's events. The store keeps its latest value beside the log and writes it in the
 * transaction of the append, so that lists need not read logs.
 */
import type { RunEvent, RunEventBody, RunEventType } from "./event.ts";
import type { CheckpointInfo, RunSnapshot } from "./snapshot.ts";
import { RUN_STATES, type RunState, TRAINING_STATES } from "./state.ts";

/** The states in which an event may come. */
const ALLOWED: Readonly<Record<RunEventType, readonly RunState[]>> = {
  queued: ["QUEUED"],
  claimed: ["QUEUED", "INTERRUPTED", "PAUSING", "CANCELLING"],
  started: TRAINING_STATES,
  batches: TRAINING_STATES,
  epoch: TRAINING_STATES,
  checkpoint: TRAINING_STATES,
  checkpointRemoved: TRAINING_STATES,
  checkpointNamed: RUN_STATES,
  pauseRequested: ["QUEUED", "RUNNING", "INTERRUPTED"],
  paused: ["PAUSING"],
  resumeRequested: ["PAUSED", "INTERRUPTED", "COMPLETED", "FAILED"],
  cancelRequested: ["QUEUED", "RUNNING", "PAUSING", "PAUSED", "INTERRUPTED"],
  cancelled: ["QUEUED", "RUNNING", "INTERRUPTED", "CANCELLING"],
  completed: TRAINING_STATES,
  failed: ["QUEUED", "INTERRUPTED", ...TRAINING_STATES],
  interrupted: ["RUNNING"],
  renamed: RUN_STATES,
  tagged: RUN_STATES,
  noted: RUN_STATES,
  system: TRAINING_STATES,
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
