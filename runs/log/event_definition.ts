/** The definition of an event type: its rules, its effect on a run and its text for people. */
import type { RunSnapshot } from "./snapshot.ts";
import type { RunState } from "./state.ts";

/** An event's place in a log, which the store assigns. */
export interface LogPosition {
  /** 1, 2, 3 … within the run: no gap, no duplicate. */
  readonly seq: number;
  readonly runId: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Severity of a log line. */
export type LogLevel = "info" | "warning" | "error";

/** Everything about one event type, by the body that is stored. */
export interface EventDefinition<Body extends { readonly type: string }> {
  /** The states of a run in which the event may follow. */
  readonly allowedIn: readonly RunState[];
  /**
   * Returns the fields of the snapshot that change.
   *
   * @throws {RangeError} if the event does not follow the snapshot
   */
  apply(snapshot: RunSnapshot, event: LogPosition & Body): Partial<RunSnapshot>;
  /** Describes the event in one line of plain English, as logs show it. */
  text(body: Body): string;
  /** Returns the severity of the event's line; without it, the level is info. */
  level?(body: Body): LogLevel;
  /** True if watchers of all runs are notified although the state stays the same. */
  readonly isChange?: true;
  /** True if runs are found or sorted by what the event changes, although it is no change for watchers of all runs. */
  readonly isLookedUp?: true;
  /** Returns true if the run has changed since the event was decided, so that it must be left out. */
  isOutdated?(snapshot: RunSnapshot, body: Body): boolean;
  /** Returns the last training step that the event reports. */
  lastStep?(body: Body): number;
  /** Returns the value that is written as JSON; without it, the body itself. */
  encode?(body: Body): unknown;
}

/**
 * Requires a number to be the next one.
 *
 * @throws {RangeError} if it is not
 */
export function requireNext(
  event: { readonly type: string },
  field: string,
  value: number,
  expected: number,
): void {
  if (value === expected) return;
  throw new RangeError(
    `Cannot apply '${event.type}': ${field} must be ${expected}, got ${value}.`,
  );
}
