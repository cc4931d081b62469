/** Event started: training is about to take its first step. */
import type { StartedEvent } from "../../../../ml/training/events.ts";
import type { EventDefinition } from "../../event_definition.ts";
import { TRAINING_STATES } from "../../state.ts";
import type { Traced } from "../../traced.ts";

export const started: EventDefinition<StartedEvent & Traced> = {
  allowedIn: TRAINING_STATES,
  apply: ({ startedAt }, { device, engine, stepsPerEpoch, steps, at }) => ({
    device,
    engine,
    stepsPerEpoch,
    steps,
    // A worker that is gone, or a pause, took none of this attempt's time.
    pace: null,
    startedAt: startedAt ?? at,
  }),
  text: ({ device, engine }) => `Training on ${device}, ${engine}.`,
};
