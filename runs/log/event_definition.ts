/** The definition of an event type: the states that allow it, and its effect on the snapshot. */
import type { RunEvent, RunEventType } from "./event.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { RunState } from "./state.ts";

/** An event of one type. */
export type EventOf<Type extends RunEventType> = Extract<RunEvent, { readonly type: Type }>;

/** The rules of one event type. */
export interface EventDefinition<Type extends RunEventType> {
  readonly allowedIn: readonly RunState[];
  /**
   * Returns the fields of the snapshot that change.
   *
   * @throws {RangeError} if the event does not follow the snapshot
   */
  apply(snapshot: RunSnapshot, event: EventOf<Type>): Partial<RunSnapshot>;
}

/** A definition whose type is known only at run time. It takes events of that type alone. */
export interface AnyEventDefinition {
  readonly allowedIn: readonly RunState[];
  apply(snapshot: RunSnapshot, event: RunEvent): Partial<RunSnapshot>;
}

/**
 * Requires a number to be the next one.
 *
 * @throws {RangeError} if it is not
 */
export function requireNext(
  event: RunEvent,
  field: string,
  value: number,
  expected: number,
): void {
  if (value === expected) return;
  throw new RangeError(
    `Cannot apply '${event.type}': ${field} must be ${expected}, got ${value}.`,
  );
}
