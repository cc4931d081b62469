/**
 * A training that was interrupted begins again before the place that the log has reached: at its checkpoint, or
 * at the first step. It computes the same numbers as before, so that what the log holds already is left out.
 */
import type { BatchesEvent, TrainingEvent } from "../../ml/training/events.ts";
import type { RunSnapshot } from "../log/state.ts";

/**
 * Makes a filter for the events of a training that begins at or before a log's end.
 *
 * @param logged what is in the log
 * @returns gives what of an event is new, or undefined if nothing is
 */
export function skipLogged(
  logged: Pick<RunSnapshot, "step" | "lastEpoch">,
): <Event extends TrainingEvent>(event: Event) => Event | BatchesEvent | undefined {
  const lastEpoch = logged.lastEpoch?.number ?? 0;
  return (event) => {
    switch (event.type) {
      case "started":
        return event;
      case "batches":
        return stepsAfter(logged.step, event);
      case "epoch":
        return event.number > lastEpoch ? event : undefined;
      default:
        return event satisfies never;
    }
  };
}

function stepsAfter(step: number, event: BatchesEvent): BatchesEvent | undefined {
  const known = step - event.firstStep + 1;
  if (known <= 0) return event;
  if (known >= event.losses.length) return undefined;
  return {
    ...event,
    firstStep: step + 1,
    losses: event.losses.slice(known),
    accs: event.accs.slice(known),
  };
}
