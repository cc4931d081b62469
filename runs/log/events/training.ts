/** Events of a running training: its start, steps, epochs, measurements and log lines. */
import { type EventDefinition, requireNext } from "../event_definition.ts";
import { RUN_STATES, TRAINING_STATES } from "../state.ts";

export const started: EventDefinition<"started"> = {
  allowedIn: TRAINING_STATES,
  apply: ({ startedAt }, { device, engine, stepsPerEpoch, steps, at }) => ({
    device,
    engine,
    stepsPerEpoch,
    steps,
    startedAt: startedAt ?? at,
  }),
};

export const batches: EventDefinition<"batches"> = {
  allowedIn: TRAINING_STATES,
  apply({ step }, event) {
    const { firstStep, losses, accs, samplesPerSecond } = event;
    requireNext(event, "firstStep", firstStep, step + 1);
    if (losses.length === 0 || losses.length !== accs.length) {
      throw new RangeError(
        "Cannot apply 'batches': there must be as many losses as accs and at least one, " +
          `got ${losses.length} losses and ${accs.length} accs.`,
      );
    }
    return { step: firstStep + losses.length - 1, samplesPerSecond };
  },
};

export const epoch: EventDefinition<"epoch"> = {
  allowedIn: TRAINING_STATES,
  apply({ lastEpoch, bestTestAcc }, event) {
    requireNext(event, "number", event.number, (lastEpoch?.number ?? 0) + 1);
    // The snapshot is read with every list of runs: the confusion matrix stays in the log.
    const { seq: _seq, runId: _runId, at: _at, confusion: _confusion, ...metrics } = event;
    return {
      crashes: 0,
      lastEpoch: metrics,
      bestTestAcc: Math.max(bestTestAcc ?? 0, event.testAcc),
    };
  },
};

export const system: EventDefinition<"system"> = {
  allowedIn: TRAINING_STATES,
  apply: () => ({}),
};

export const log: EventDefinition<"log"> = {
  allowedIn: RUN_STATES,
  apply: () => ({}),
};
