/** Event resumeRequested: a client asked to go on, also after the run's end. */
import { count } from "../../../../lib/format.ts";
import type { EventDefinition } from "../../event_definition.ts";
import type { Traced } from "../../traced.ts";

export interface ResumeRequestedEvent extends Traced {
  readonly type: "resumeRequested";
  /** The new number of epochs; null leaves it as it is. */
  readonly epochs: number | null;
}

export const resumeRequested: EventDefinition<ResumeRequestedEvent> = {
  allowedIn: ["PAUSED", "INTERRUPTED", "CANCELLED", "COMPLETED", "FAILED"],
  apply(snapshot, event) {
    const epochs = event.epochs ?? snapshot.epochs;
    const { stepsPerEpoch } = snapshot;
    return {
      state: "QUEUED",
      epochs,
      steps: epochs === null || stepsPerEpoch === null ? snapshot.steps : epochs * stepsPerEpoch,
      endedAt: null,
      error: null,
      // A client that resumes a completed run wants more epochs than early stopping left.
      stoppedEarly: snapshot.state === "COMPLETED" ? false : snapshot.stoppedEarly,
      // A client that resumes a failed run has removed the cause.
      crashes: snapshot.state === "FAILED" ? 0 : snapshot.crashes,
    };
  },
  text: ({ epochs }) =>
    `The run is resumed${epochs === null ? "" : `, to ${count(epochs)} epochs in all`}.`,
};
