/** The registry of learning-rate schedules: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import { cosineSchedule } from "./cosine.ts";
import { exponentialSchedule } from "./exponential.ts";
import { multiStepSchedule } from "./multi_step.ts";
import { oneCycleSchedule } from "./one_cycle.ts";
import { plateauSchedule } from "./plateau.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import { stepSchedule } from "./step.ts";

/** The definition of every schedule. */
export const SCHEDULES = {
  step: stepSchedule,
  multiStep: multiStepSchedule,
  exponential: exponentialSchedule,
  cosine: cosineSchedule,
  oneCycle: oneCycleSchedule,
  plateau: plateauSchedule,
} as const;

export type ScheduleKind = keyof typeof SCHEDULES;

/** A schedule and its settings, complete. */
export type Schedule = ValueOf<typeof SCHEDULES>;

// Every schedule must be registered under its own kind.
SCHEDULES satisfies { readonly [Kind in ScheduleKind]: { readonly kind: Kind } };

/** Returns the definition of a schedule's kind. */
export function scheduleDefinition({ kind }: Schedule): ScheduleDefinition {
  // Kind and definition belong together; the compiler cannot follow that through the table.
  return SCHEDULES[kind] as unknown as ScheduleDefinition;
}
