/** enum RunState */
import type { RunState as RunStateName } from "../../runs/log/state.ts";
import { builder } from "../base/builder.ts";

const values = {
  QUEUED: { description: "Waiting for a worker." },
  RUNNING: { description: "Being trained by a worker." },
  PAUSING: { description: "Pause requested; the worker is saving a checkpoint." },
  PAUSED: { description: "Paused until a client resumes it." },
  CANCELLING: { description: "Cancellation requested; the worker is finishing the current step." },
  CANCELLED: { description: "Ended by a client's request." },
  COMPLETED: {
    description: "Completed its last epoch. Can be resumed with more epochs.",
  },
  FAILED: { description: "Ended by an error, see `error`. Can be resumed." },
  INTERRUPTED: { description: "Its worker stopped or crashed; another worker will continue it." },
} as const satisfies Record<RunStateName, unknown>;

export const RunState = builder.enumType("RunState", {
  description: "State of a run. COMPLETED, CANCELLED and FAILED runs have ended.",
  values,
});
