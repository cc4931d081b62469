/**
 * How runs end, or are left: the event that says so, by what became of the training and what clients want.
 */
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { RunEventBody } from "../log/event.ts";
import { epochsOf, type RunSnapshot } from "../log/state.ts";
import type { Run, RunStore } from "../store/store.ts";

/** How often a run may end its trainer or its worker without finishing an epoch in between. */
const MOST_CRASHES = 3;

/** How a training ended, if not by being stopped; and what kept its last checkpoint from being kept, if anything did. */
export interface TrainingEnd {
  readonly end?: RunEventBody | undefined;
  readonly unsaved?: string;
}

/** What ends a run that was just claimed without any training, if anything does. */
export async function outcomeBeforeStart(
  store: RunStore,
  run: Run,
): Promise<RunEventBody | undefined> {
  const { spec, snapshot } = run;
  const { state, lastEpoch, lastCheckpoint, crashes } = snapshot;
  if (state === "CANCELLING") return { type: "cancelled" };
  if (state === "PAUSING") {
    return { type: "paused", reason: "Its worker died before it had paused it." };
  }
  const epochs = epochsOf(run);
  const isTrained = lastEpoch?.number === epochs;
  if (isTrained && lastCheckpoint?.step === epochs * stepsPerEpoch(spec)) {
    return { type: "completed" };
  }
  if (crashes < MOST_CRASHES) return undefined;
  const events = await store.read(run.id, { afterSeq: 0, limit: 1_000, types: ["interrupted"] });
  const last = events.at(-1);
  return crashedTooOften(last?.type === "interrupted" ? last.reason : "nothing is known of it.");
}

/** The events that leave a run, by how its training ended and what its clients want. */
export function finalEvents(
  { state, crashes }: RunSnapshot,
  { end, unsaved }: TrainingEnd,
): readonly RunEventBody[] {
  const loss = unsaved === undefined ? null : `The last checkpoint is not kept: ${unsaved}`;
  if (end && end.type !== "interrupted") {
    return loss === null ? [end] : [{ type: "log", level: "warning", message: loss }, end];
  }
  if (state === "CANCELLING") return [{ type: "cancelled" }];
  if (state === "PAUSING") return [{ type: "paused", reason: end?.reason ?? loss }];
  if (end) return [crashes + 1 < MOST_CRASHES ? end : crashedTooOften(end.reason)];
  const reason = `The worker was stopped.${loss === null ? "" : ` ${loss}`}`;
  return [{ type: "interrupted", reason, crashed: false }];
}

function crashedTooOften(last: string): RunEventBody {
  return {
    type: "failed",
    error:
      `Cannot go on training: what trains a run must not die ${MOST_CRASHES} times without an ` +
      `epoch in between, and it has. The last time: ${last}`,
  };
}
