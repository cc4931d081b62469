/**
 * Trainings for tests: engines whose sessions are watched, checkpoints in a list or through a file, and numbers of
 * events.
 */
import {
  type Checkpoint,
  readCheckpoint,
  writeCheckpoint,
} from "../../../ml/checkpoint/checkpoint.ts";
import type { Engine, Session } from "../../../ml/engines/engine.ts";
import type { TrainingSpec } from "../../../ml/spec/spec.ts";
import type { CheckpointPolicy, CheckpointRequest } from "../../../ml/training/checkpointing.ts";
import type { TrainingEvent } from "../../../ml/training/events.ts";

/** An engine whose sessions have some functions of their own. */
export function withSessions(
  engine: Engine,
  change: (session: Session) => Partial<Session>,
): Engine {
  return {
    ...engine,
    prepare: async (plan) => {
      const session = await engine.prepare(plan);
      return { ...session, ...change(session) };
    },
  };
}

/** An engine that reports what it is about to do, and trains one step a call if its steps are watched. */
export function watched(
  engine: Engine,
  watch: { onSteps?: (firstStep: number) => void; onEvaluate?: () => void },
): Engine {
  return withSessions(engine, (session) => ({
    stepsPerCall: watch.onSteps ? 1 : session.stepsPerCall,
    trainSteps(order, firstStep, ...rest) {
      watch.onSteps?.(firstStep);
      return session.trainSteps(order, firstStep, ...rest);
    },
    evaluate(...args) {
      watch.onEvaluate?.();
      return session.evaluate(...args);
    },
  }));
}

export type Saved = CheckpointRequest & { readonly checkpoint: Checkpoint };

/** Keeps checkpoints in a list. */
export function keepIn(saved: Saved[], every: CheckpointPolicy["every"] = {}): CheckpointPolicy {
  return {
    save: (checkpoint, why) => Promise.resolve(void saved.push({ checkpoint, ...why })),
    every,
    largestShare: Infinity,
  };
}

/** Returns names and values of the last checkpoint's arrays. */
export function lastState(saved: readonly Saved[]) {
  return saved.at(-1)?.checkpoint.state.map(({ name, values }) => [name, [...values]]);
}

/** Writes the last checkpoint to a file and reads it again. */
export async function throughFile(saved: readonly Saved[], spec: TrainingSpec, path: string) {
  const checkpoint = saved.at(-1)?.checkpoint;
  if (!checkpoint) return undefined;
  const { sha256 } = await writeCheckpoint(path, checkpoint);
  return await readCheckpoint(path, { sha256, spec });
}

/** Flattens events to steps and epochs, without times. */
export function flatten(events: readonly TrainingEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.type === "epoch") return [{ ...event, seconds: 0 }];
    if (event.type !== "batches") return [];
    const { epoch, firstStep, losses, accs } = event;
    return losses.map((loss, at) => [epoch, firstStep + at, loss, accs[at]]);
  });
}
