/** The events that end an attempt, derived from the end of its training and from the requests of clients. */
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { type RunSnapshot, totalEpochs } from "../log/snapshot.ts";
import type { Run } from "../log/run.ts";
import type { RunEventBody } from "../log/event.ts";
import type { RunStore } from "../store/store.ts";

/** Number of crashes in a row, without a completed epoch in between, after which a run fails. */
const MAX_CRASHES = 3;

/**
 * The end of a training: its result, unless it was stopped, and the reason why its last checkpoint was not stored, if
 * it was not.
 */
export interface TrainingEnd {
  readonly end?: RunEventBody | undefined;
  readonly unsaved?: string;
}

/** Returns the event that ends a claimed run without training, if it must not be trained. */
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
  const epochs = totalEpochs(run);
  const isTrained = lastEpoch?.number === epochs;
  if (isTrained && lastCheckpoint?.step === epochs * stepsPerEpoch(spec)) {
    return completed(snapshot.stoppedEarly);
  }
  if (crashes < MAX_CRASHES) return undefined;
  const events = await store.read(run.id, { afterSeq: 0, limit: 1_000, types: ["interrupted"] });
  const last = events.at(-1);
  return crashedTooOften(last?.type === "interrupted" ? last.reason : "nothing is known of it.");
}

/** Returns the event of a completed training. */
export function completed(stoppedEarly: boolean): RunEventBody {
  return { type: "completed", ...stoppedEarly && { stoppedEarly } };
}

/** Returns the last events of an attempt. */
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
  if (end) return [crashes + 1 < MAX_CRASHES ? end : crashedTooOften(end.reason)];
  const reason = `The worker was stopped.${loss === null ? "" : ` ${loss}`}`;
  return [{ type: "interrupted", reason, crashed: false }];
}

function crashedTooOften(last: string): RunEventBody {
  return {
    type: "failed",
    error:
      `Cannot go on training: the trainer of a run must not crash ${MAX_CRASHES} times without ` +
      `finishing an epoch in between, and it has. The last time: ${last}`,
  };
}
