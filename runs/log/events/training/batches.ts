/** Event batches: some consecutive steps of one epoch were trained. */
import { count, lossText } from "../../../../lib/format.ts";
import { shortFloat32 } from "../../../../lib/float32.ts";
import type { BatchesEvent } from "../../../../ml/training/events.ts";
import { type EventDefinition, requireNext } from "../../event_definition.ts";
import { addSteps } from "../../pace.ts";
import { TRAINING_STATES } from "../../state.ts";

export const batches: EventDefinition<BatchesEvent> = {
  allowedIn: TRAINING_STATES,
  apply({ step, pace, highestLoss }, event) {
    const { firstStep, losses, accs, samplesPerSecond } = event;
    requireNext(event, "firstStep", firstStep, step + 1);
    if (losses.length === 0 || losses.length !== accs.length) {
      throw new RangeError(
        "Cannot apply 'batches': there must be as many losses as accs and at least one, " +
          `got ${losses.length} losses and ${accs.length} accs.`,
      );
    }
    return {
      step: lastStep(event),
      // As the log has it: the snapshot is what the log adds up to.
      highestLoss: shortFloat32(
        losses.reduce((most, loss) => Math.max(most, loss), highestLoss ?? losses[0] ?? 0),
      ),
      samplesPerSecond,
      pace: addSteps(pace, losses.length, event.at),
    };
  },
  text: (event) =>
    `Epoch ${event.epoch}, step ${count(lastStep(event))}: ` +
    `loss ${lossText(event.losses.at(-1) ?? NaN)}.`,
  lastStep,
  // Float32 numbers are written with as few digits as identify them: the same float32 is read back.
  encode: (event) => ({
    ...event,
    losses: event.losses.map(shortFloat32),
    accs: event.accs.map(shortFloat32),
  }),
};

function lastStep({ firstStep, losses }: BatchesEvent): number {
  return firstStep + losses.length - 1;
}
