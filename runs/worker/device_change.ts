/**
 * Tells when a training goes on elsewhere than it was: there the same steps may give other last digits.
 */
import type { StartedEvent } from "../../ml/training/events.ts";
import type { RunEventBody } from "../log/event.ts";
import type { RunSnapshot } from "../log/state.ts";

/** What the log should say of it; undefined where the training goes on as it was. */
export function deviceChangeWarning(
  { step, device, engine }: RunSnapshot,
  started: StartedEvent,
): RunEventBody | undefined {
  if (step === 0 || (device === started.device && engine === started.engine)) return undefined;
  return {
    type: "log",
    level: "warning",
    message:
      `The training goes on on ${started.device} with ${started.engine}; so far it was on ${device} with ${engine}. ` +
      "From here on its numbers may differ a little from those of a training on one device.",
  };
}
