/** type Run, enum RunState */
import { guessingWarning } from "../../runs/log/guessing.ts";
import type { Run as StoredRun } from "../../runs/log/run.ts";
import type { RunState as RunStateName } from "../../runs/log/state.ts";
import { builder } from "../base/builder.ts";

const STATE_VALUES = {
  QUEUED: { description: "Waiting for a worker." },
  RUNNING: { description: "Being trained by a worker." },
  PAUSING: { description: "Pause requested; the worker is saving a checkpoint." },
  PAUSED: { description: "Paused until a client resumes it." },
  CANCELLING: { description: "Cancellation requested; the worker is finishing the current step." },
  CANCELLED: {
    description: "Ended by a client's request. Can be resumed from its last checkpoint.",
  },
  COMPLETED: {
    description: "Completed its last epoch, or stopped early. Can be resumed with more epochs.",
  },
  FAILED: { description: "Ended by an error, see `error`. Can be resumed." },
  INTERRUPTED: { description: "Its worker stopped or crashed; another worker will continue it." },
} as const satisfies Record<RunStateName, unknown>;

export const RunState = builder.enumType("RunState", {
  description: "State of a run. COMPLETED, CANCELLED and FAILED runs have ended.",
  values: STATE_VALUES,
});

export const Run = builder.node(builder.objectRef<StoredRun>("Run"), {
  description: "Training run.",
  id: { resolve: (run) => run.id, description: "ID of the run." },
  loadWithoutCache: (id, { store }) => store.get(id),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Display name." }),
    tags: t.stringList({
      description: "Tags, to find it by.",
      resolve: ({ snapshot }) => snapshot.tags,
    }),
    note: t.string({
      nullable: true,
      description: "Note; null if there is none.",
      resolve: ({ snapshot }) => snapshot.note,
    }),
    state: t.field({
      type: RunState,
      description: "State of the run.",
      resolve: ({ snapshot }) => snapshot.state,
    }),
    error: t.string({
      nullable: true,
      description: "Cause of the failure; null unless the run failed.",
      resolve: ({ snapshot }) => snapshot.error,
    }),
    warning: t.string({
      nullable: true,
      description: "Why a completed run is no better than guessing, and what to try; null for " +
        "others. Its accuracy is at most that of always choosing the largest class, and three " +
        "standard deviations of chance.",
      resolve: guessingWarning,
    }),

    device: t.string({
      nullable: true,
      description: "Device in use: 'CPU (AMD EPYC 7B13, 2 threads)'; null until its first start.",
      resolve: ({ snapshot }) => snapshot.device,
    }),
    engine: t.string({
      nullable: true,
      description:
        "Engine with version: 'Native 1 (AVX2)', 'TensorFlow 2.21.0'; null until its first start.",
      resolve: ({ snapshot }) => snapshot.engine,
    }),

    stoppedEarly: t.boolean({
      description: "True if early stopping ended it before its last epoch.",
      resolve: ({ snapshot }) => snapshot.state === "COMPLETED" && snapshot.stoppedEarly,
    }),

    createdAt: t.exposeString("createdAt", { description: "Creation time, RFC 3339." }),
    startedBy: t.string({
      nullable: true,
      description: "Name of the viewer who started it; null if unknown.",
      resolve: (run) => run.startedBy,
    }),
    startedAt: t.string({
      nullable: true,
      description: "Start time of its first step, RFC 3339; null before it.",
      resolve: ({ snapshot }) => snapshot.startedAt,
    }),
    endedAt: t.string({
      nullable: true,
      description: "End time, RFC 3339; null until it ends and after a resume.",
      resolve: ({ snapshot }) => snapshot.endedAt,
    }),
    attempts: t.int({
      description:
        "Number of times a worker has claimed the run. More than 1 after a resume or a worker's crash.",
      resolve: ({ snapshot }) => snapshot.attempts,
    }),
  }),
});
