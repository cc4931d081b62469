/**
 * The moments at which a training is saved: after a time or number of steps, at the end of an epoch, and when it
 * is stopped. The caller stores the checkpoints.
 */
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { Session } from "../engines/engine.ts";
import { initialScheduleState, nextScheduleState } from "../schedules/rates.ts";
import { type EpochEvent, metricsOf } from "./events.ts";
import type { ScheduleState } from "../schedules/schedule.ts";
import { ratePlan, stepsPerEpoch, type TrainingSpec } from "../spec/spec.ts";
import type { StateArray } from "../state.ts";
import { restoreBest } from "../checkpoint/kept_state.ts";
import type { StoppingState } from "../checkpoint/stopping_state.ts";
import { afterEpoch, mustStop } from "./early_stopping.ts";

/** Why a training is saved. */
export type SaveReason = "interval" | "epoch" | "stop";

/** Rules for saving a training. */
export interface CheckpointPolicy {
  /** Keeps a checkpoint. The training waits for it. */
  save(checkpoint: Checkpoint, why: CheckpointRequest): Promise<void>;
  /** Largest distance between two checkpoints within an epoch; without it there are none. */
  readonly every?: { readonly seconds?: number; readonly steps?: number };
  /**
   * Epochs that are trained quickly are not all saved: saving them takes this share of the time at most; 0.02 if
   * absent.
   */
  readonly largestShare?: number;
}

/** The occasion of a checkpoint. */
export interface CheckpointRequest {
  readonly reason: SaveReason;
  /** The test accuracy, where an epoch has just ended; else null. */
  readonly testAcc: number | null;
  /** The accuracy on the samples for validation, where there are some and an epoch has just ended; else null. */
  readonly validationAcc: number | null;
  /** The epoch whose weights it holds, where those of the best epoch are brought back. */
  readonly weightsEpoch?: number;
}

/** Position of a training in its data: a checkpoint holds it beside the state. */
export interface Position {
  /** The epoch in training, from 1; the same until it is evaluated. */
  readonly epoch: number;
  /** The last step, over the whole training; 0 before the first. */
  readonly step: number;
  /** Sums over the epoch's samples so far. */
  readonly epochLoss: number;
  readonly epochCorrect: number;
  readonly epochSeconds: number;
  /** The state of a schedule that follows a metric, after the last epoch that was evaluated; else null. */
  readonly scheduleState: ScheduleState | null;
  /** The accuracies, where an epoch has just ended; else null. */
  readonly testAcc: number | null;
  readonly validationAcc: number | null;
  /** Null without early stopping. */
  readonly earlyStopping: StoppingState | null;
  /** True if early stopping ends the training here. */
  readonly isStopped: boolean;
}

/** Saves a training where it is due. */
export interface Checkpointer {
  /** Returns the number of steps that may be trained before the next call. */
  stepsLeft(position: Position): number;
  /** Saves if it is due within an epoch. */
  onWay(position: Position): Promise<void>;
  /** Saves at the end of an epoch, unless that were too often. */
  atEpochEnd(position: Position): Promise<void>;
  /** Saves, unless just this is saved already. */
  atStop(position: Position): Promise<void>;
}

const MAX_SHARE = 0.02;

/** A position before the first step of an epoch. */
const EPOCH_START = {
  epochLoss: 0,
  epochCorrect: 0,
  epochSeconds: 0,
} as const;

/** A place within an epoch or before the first, where nothing was evaluated just now. */
export const UNTESTED = { testAcc: null, validationAcc: null, isStopped: false } as const;

/** Returns the position before the first step. */
export function startOf(spec: TrainingSpec): Position {
  const scheduleState = initialScheduleState(ratePlan(spec));
  return { epoch: 1, step: 0, ...EPOCH_START, ...UNTESTED, scheduleState, earlyStopping: null };
}

/** Returns the position after an epoch that was evaluated: schedules and early stopping follow its metrics. */
export function nextEpoch(
  spec: TrainingSpec,
  { epoch, step, scheduleState, earlyStopping }: Position,
  event: EpochEvent,
): Position {
  const stopping = spec.earlyStopping && afterEpoch(spec.earlyStopping, earlyStopping, event);
  return {
    epoch: epoch + 1,
    step,
    ...EPOCH_START,
    scheduleState: nextScheduleState(spec.schedule, scheduleState, metricsOf(event)),
    earlyStopping: stopping,
    isStopped: mustStop(spec, stopping),
    testAcc: event.testAcc,
    validationAcc: event.validationAcc ?? null,
  };
}

/** Tells whether a training has ended. */
export function isOver(spec: TrainingSpec, { epoch, isStopped }: Position): boolean {
  return isStopped || epoch > spec.epochs;
}

/**
 * Creates the part of a training that saves it.
 *
 * @param from where the training begins: what need not be saved again
 * @param best returns the weights of the best epoch, if they are to be brought back
 */
export function createCheckpointer(
  spec: TrainingSpec,
  session: Session,
  from: Position,
  saving: CheckpointPolicy | undefined,
  best: () => readonly StateArray[] | undefined,
): Checkpointer {
  const { seconds: longest = Infinity, steps: most = Infinity } = saving?.every ?? {};
  const largestShare = saving?.largestShare ?? MAX_SHARE;
  let saved = from;
  let savedAt = performance.now();
  /** Cost of saving in milliseconds: the least so far, as a disk may be slow for a while. */
  let cost = Infinity;
  const sinceSaved = () => performance.now() - savedAt;

  async function save(position: Position, reason: SaveReason): Promise<void> {
    if (!saving) return;
    const started = performance.now();
    const { testAcc, validationAcc, isStopped: _isStopped, ...manifest } = position;
    const { device, engine } = session;
    const current = { state: await session.readState(), best: best() };
    const bestEpoch = isOver(spec, position) && current.best && position.earlyStopping?.best;
    const kept = bestEpoch ? restoreBest(current) : current;
    const accs = bestEpoch
      ? {
        testAcc: bestEpoch.testAcc,
        validationAcc: bestEpoch.validationAcc,
        weightsEpoch: bestEpoch.epoch,
      }
      : { testAcc, validationAcc };
    await saving.save({ ...manifest, spec, device, engine, ...kept }, { reason, ...accs });
    saved = position;
    savedAt = performance.now();
    cost = Math.min(cost, savedAt - started);
  }

  return {
    stepsLeft: ({ step }) => Math.max(1, saved.step + most - step),
    async onWay(position) {
      // An epoch's last step is saved with its evaluation.
      if (position.step === position.epoch * stepsPerEpoch(spec)) return;
      const due = position.step - saved.step >= most || sinceSaved() >= 1000 * longest;
      if (due) await save(position, "interval");
    },
    async atEpochEnd(position) {
      const tooOften = cost < Infinity && cost > largestShare * sinceSaved();
      if (isOver(spec, position) || !tooOften) await save(position, "epoch");
    },
    async atStop(position) {
      if (position.step === saved.step && position.epoch === saved.epoch) return;
      await save(position, "stop");
    },
  };
}
