/** Events that change the state of a run: requests of clients, claims of workers, and ends. */
import type { EventDefinition } from "../event_definition.ts";
import { TRAINING_STATES } from "../state.ts";

export const queued: EventDefinition<"queued"> = {
  allowedIn: ["QUEUED"],
  apply: () => ({}),
};

export const claimed: EventDefinition<"claimed"> = {
  allowedIn: ["QUEUED", "INTERRUPTED", "PAUSING", "CANCELLING"],
  apply: ({ state }, { attempt }) => ({
    attempts: attempt,
    // A run that is being paused or cancelled is claimed only to end that.
    state: state === "PAUSING" || state === "CANCELLING" ? state : "RUNNING",
  }),
};

export const pauseRequested: EventDefinition<"pauseRequested"> = {
  allowedIn: ["QUEUED", "RUNNING", "INTERRUPTED"],
  apply: () => ({ state: "PAUSING" }),
};

export const paused: EventDefinition<"paused"> = {
  allowedIn: ["PAUSING"],
  apply: () => ({ state: "PAUSED" }),
};

export const resumeRequested: EventDefinition<"resumeRequested"> = {
  allowedIn: ["PAUSED", "INTERRUPTED", "COMPLETED", "FAILED"],
  apply(snapshot, event) {
    const epochs = event.epochs ?? snapshot.epochs;
    const { stepsPerEpoch } = snapshot;
    return {
      state: "QUEUED",
      epochs,
      steps: epochs === null || stepsPerEpoch === null ? snapshot.steps : epochs * stepsPerEpoch,
      endedAt: null,
      error: null,
      // A client that resumes a failed run has removed the cause.
      crashes: snapshot.state === "FAILED" ? 0 : snapshot.crashes,
    };
  },
};

export const cancelRequested: EventDefinition<"cancelRequested"> = {
  allowedIn: ["QUEUED", "RUNNING", "PAUSING", "PAUSED", "INTERRUPTED"],
  apply: () => ({ state: "CANCELLING" }),
};

export const cancelled: EventDefinition<"cancelled"> = {
  allowedIn: ["QUEUED", "RUNNING", "INTERRUPTED", "CANCELLING"],
  apply: (_snapshot, { at }) => ({ state: "CANCELLED", endedAt: at }),
};

export const completed: EventDefinition<"completed"> = {
  allowedIn: TRAINING_STATES,
  apply: (_snapshot, { at }) => ({ state: "COMPLETED", endedAt: at }),
};

export const failed: EventDefinition<"failed"> = {
  allowedIn: ["QUEUED", "INTERRUPTED", ...TRAINING_STATES],
  apply: (_snapshot, { at, error }) => ({ state: "FAILED", endedAt: at, error }),
};

export const interrupted: EventDefinition<"interrupted"> = {
  allowedIn: ["RUNNING"],
  apply: ({ crashes }, { crashed }) => ({
    state: "INTERRUPTED",
    crashes: crashes + (crashed ? 1 : 0),
  }),
};
