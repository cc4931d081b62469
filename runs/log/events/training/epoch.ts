/** Event epoch: an epoch was trained, and the test set and the samples for validation were evaluated. */
import { lossText, percent } from "../../../../lib/format.ts";
import type { EpochEvent } from "../../../../ml/training/events.ts";
import { type EventDefinition, requireNext } from "../../event_definition.ts";
import { countTestClasses } from "../../guessing.ts";
import { addTest } from "../../pace.ts";
import { TRAINING_STATES } from "../../state.ts";

export const epoch: EventDefinition<EpochEvent> = {
  allowedIn: TRAINING_STATES,
  apply({ lastEpoch, bestTestAcc, pace }, event) {
    requireNext(event, "number", event.number, (lastEpoch?.number ?? 0) + 1);
    // The snapshot is read with every list of runs: the confusion matrix stays in the log.
    const { seq: _seq, runId: _runId, at, confusion, ...metrics } = event;
    return {
      crashes: 0,
      pace: addTest(pace, at),
      lastEpoch: metrics,
      bestTestAcc: Math.max(bestTestAcc ?? 0, event.testAcc),
      testClasses: confusion ? countTestClasses(confusion) : null,
      stoppedEarly: event.stopsEarly === true,
    };
  },
  text: ({ number, testAcc, testLoss, validationAcc, validationLoss }) =>
    `Epoch ${number}: test accuracy ${percent(testAcc)}, test loss ${lossText(testLoss)}` +
    (typeof validationAcc !== "number" || typeof validationLoss !== "number"
      ? "."
      : `, validation accuracy ${percent(validationAcc)}, validation loss ${
        lossText(validationLoss)
      }.`),
  isLookedUp: true,
};
