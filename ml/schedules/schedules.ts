/** The registry of learning-rate schedules: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import { stepSchedule } from "./step.ts";

/** The definition of every schedule. */
export const SCHEDULES = { step: stepSchedule } as const;

export type ScheduleKind = keyof typeof SCHEDULES;

/** A schedule and its settings, complete. */
export type Schedule = ValueOf<typeof SCHEDULES>;

// Every schedule must be registered under its own kind.
SCHEDULES satisfies { readonly [Kind in ScheduleKind]: { readonly kind: Kind } };
