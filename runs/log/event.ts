/**
 * Everything that can happen to a run. A run is the list of its events; its state is a fold over them
 * (state.ts). Bodies are what is stored; seq, runId and at are given by the store.
 */
import type { BatchesEvent, EpochEvent, StartedEvent } from "../../ml/training/events.ts";
import type { CheckpointInfo } from "./snapshot.ts";

/** The training can go on from here: the file is in the checkpoint store, and the log reaches as far. */
export interface CheckpointEvent extends Omit<CheckpointInfo, "name"> {
  readonly type: "checkpoint";
}

/** Load of a GPU as its driver reports it; null where it reports none. */
export interface GpuUse {
  /** The part of the time in which it did something, a fraction. */
  readonly utilization: number | null;
  /** Of the GPU, whoever uses it. */
  readonly memoryBytes: number | null;
}

/** Resource usage of a training, measured every few seconds. */
export interface SystemEvent {
  readonly type: "system";
  /** Mean number of busy cores since the previous measurement. */
  readonly cpuCores: number;
  /** Resident memory of the process that trains. */
  readonly memoryBytes: number;
  /** The speed since the measurement before, pauses for tests and checkpoints included. */
  readonly samplesPerSecond: number;
  /** Null where it does not train on a GPU, and until there is an answer from it. */
  readonly gpu: GpuUse | null;
}

/**
 * An event within a trace, where traces are recorded: the span's W3C traceparent (lib/trace.ts).
 */
export interface Traced {
  readonly traceparent?: string;
}

/** The body of an event, by type. */
export type RunEventBody =
  /** The run was written down. */
  | ({ readonly type: "queued" } & Traced)
  /** A worker took the run. `attempt` counts from 1. */
  | { readonly type: "claimed"; readonly worker: string; readonly attempt: number }
  | (StartedEvent & Traced)
  | BatchesEvent
  | EpochEvent
  /** A client asked to pause the run. */
  | { readonly type: "pauseRequested" }
  /** It stands still until a client resumes it. `reason`: why it was not paused in good order, if it was not. */
  | { readonly type: "paused"; readonly reason: string | null }
  /** A client asked to go on, also after the run's end. `epochs`: the new number of epochs; as before if null. */
  | ({ readonly type: "resumeRequested"; readonly epochs: number | null } & Traced)
  | CheckpointEvent
  /**
   * A checkpoint was removed: newer ones replaced it, or it was unusable (missing or damaged). A named checkpoint is
   * only removed if it is unusable. Logs of older versions do not say which.
   */
  | { readonly type: "checkpointRemoved"; readonly file: string; readonly unusable?: boolean }
  /** A client gave a checkpoint a name, under which it is kept for good, or took it off. */
  | { readonly type: "checkpointNamed"; readonly file: string; readonly name: string | null }
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
  /** A client gave it another name. */
  | { readonly type: "renamed"; readonly name: string }
  /** A client said which tags it has. */
  | { readonly type: "tagged"; readonly tags: readonly string[] }
  /** A client wrote a note on it, or took it off. */
  | { readonly type: "noted"; readonly note: string | null }
  | SystemEvent
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

/** Returns the trace fields of an event; none without a span. */
export function traced(traceparent: string | undefined): Traced {
  return traceparent === undefined ? {} : { traceparent };
}

/** The last step an event tells of, for events that tell of steps. */
export function lastStepOf(event: RunEventBody): number | undefined {
  return event.type === "batches" ? event.firstStep + event.losses.length - 1 : undefined;
}
