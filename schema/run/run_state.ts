/** enum RunState */
import type { RunState as RunStateName } from "../../runs/log/state.ts";
import { builder } from "../base/builder.ts";

const values = {
  QUEUED: { description: "Written down; waits for a worker." },
  RUNNING: { description: "A worker trains it." },
  PAUSING: { description: "Asked to pause; its worker makes a checkpoint." },
  PAUSED: { description: "Waits to be resumed." },
  CANCELLING: { description: "Asked to end; its worker ends the step it is in." },
  CANCELLED: { description: "Ended because a client asked for it. Over." },
  COMPLETED: {
    description: "Trained to its last epoch. Over, unless it is resumed with more epochs.",
  },
  FAILED: { description: "Cannot go on; `error` says why. Over, unless it is resumed." },
  INTERRUPTED: { description: "Its worker was stopped or died; another takes it up again." },
} as const satisfies Record<RunStateName, unknown>;

export const RunState = builder.enumType("RunState", {
  description: "Where a run is in its life. It is over in COMPLETED, CANCELLED and FAILED.",
  values,
});
