/**
 * Everything that can happen to a run. A run is the list of its events; its state is a fold over them
 * (state.ts). Bodies are what is stored; seq, runId and at are given by the store.
 */
import type { BatchesEvent, EpochEvent, StartedEvent } from "../ml/event.ts";

/** The body of an event, by type. */
export type RunEventBody =
  /** The run was written down. */
  | { readonly type: "queued" }
  /** A worker took the run. `attempt` counts from 1. */
  | { readonly type: "claimed"; readonly worker: string; readonly attempt: number }
  | StartedEvent
  | BatchesEvent
  | EpochEvent
  /** A client asked for the end of the run. */
  | { readonly type: "cancelRequested" }
  | { readonly type: "cancelled" }
  | { readonly type: "completed" }
  /** It cannot go on by itself. */
  | { readonly type: "failed"; readonly error: string }
  /**
   * Its worker was stopped, or died; a worker takes it up again. `crashed`: what trained it died, which a run
   * survives only so often.
   */
  | { readonly type: "interrupted"; readonly reason: string; readonly crashed: boolean }
  /** Something a person should be able to read later. */
  | {
    readonly type: "log";
    readonly level: "info" | "warning" | "error";
    readonly message: string;
  };

/** The types of events. */
export type RunEventType = RunEventBody["type"];

/** An event as the log holds it. */
export type RunEvent<Type extends RunEventType = RunEventType> =
  & {
    /** 1, 2, 3 … within the run: no gap, no duplicate. */
    readonly seq: number;
    readonly runId: string;
    /** RFC 3339. */
    readonly at: string;
  }
  & Extract<RunEventBody, { readonly type: Type }>;

/** The last step an event tells of, for events that tell of steps. */
export function lastStepOf(event: RunEventBody): number | undefined {
  return event.type === "batches" ? event.firstStep + event.losses.length - 1 : undefined;
}
