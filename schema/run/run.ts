/** type Run, enum RunState */
import { describeValue, NUMBER_FIELDS, SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { summarize } from "../../ml/network/summary.ts";
import type { Run as StoredRun } from "../../runs/log/run.ts";
import { MIN_POINTS, readBatchCurve } from "../../runs/reading/batch_curve.ts";
import { Batch, Thinning } from "../metrics/batch.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { COST, perItem } from "../base/cost.ts";
import { Device } from "../worker/device_info.ts";
import { drawCurves } from "../metrics/draw_curves.ts";
import { Epoch, Metrics } from "../metrics/epoch.ts";
import { ModelSummary } from "../network/model_summary.ts";
import { Picture, Theme } from "../base/picture.ts";
import { Progress } from "./progress.ts";
import { readEpochs } from "../event/read_log.ts";
import { Recipe } from "../network/recipe_info.ts";
import { intBetween } from "../base/validators.ts";
import { RunEvent } from "../event/run_event.ts";
import type { RunState as RunStateName } from "../../runs/log/state.ts";

const STATE_VALUES = {
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
  values: STATE_VALUES,
});

const MAX_EVENTS = 1000;
const DEFAULT_POINTS = 2000;
/** More cost no more, so that every step of a run can be had. */
const MANY_POINTS = 5000;
const purpose = "read events";

/** The settings that are fields of a run by the same name; `epochs` are the trained ones, Progress has their number. */
const SPEC_NUMBERS = NUMBER_FIELDS.filter((field) => field !== "epochs");

export const Run = builder.node(builder.objectRef<StoredRun>("Run"), {
  description: "Training run.",
  id: { resolve: (run) => run.id, description: "ID of the run." },
  loadWithoutCache: (id, { store }) => store.get(id),
  // deno-lint-ignore house/max-function-lines -- a list of fields
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

    recipe: t.field({
      type: Recipe,
      nullable: true,
      description: "Recipe it was started with; null if its network is not of a recipe.",
      resolve: ({ spec }) => spec.recipe,
    }),
    model: t.field({
      type: ModelSummary,
      description: "Its network, summarized.",
      resolve: ({ spec }) => summarize(spec.network),
    }),
    dataset: t.string({
      description: "Dataset it is trained on.",
      resolve: ({ spec }) => spec.dataset,
    }),
    ...Object.fromEntries(SPEC_NUMBERS.map((field) => {
      const description = describeValue(field);
      const resolve = ({ spec }: StoredRun) => spec[field];
      const isInteger = SPEC_FIELDS[field].rule.kind === "integer";
      const type = isInteger ? t.int({ description, resolve }) : t.float({ description, resolve });
      return [field, type];
    })),
    requestedDevice: t.field({
      type: Device,
      description: "Requested device.",
      resolve: ({ spec }) => spec.device,
    }),
    device: t.string({
      nullable: true,
      description: "Device in use: 'CPU (AMD EPYC 7B13, 2 threads)'; null until its first start.",
      resolve: ({ snapshot }) => snapshot.device,
    }),
    engine: t.string({
      nullable: true,
      description: "Engine with version: 'TensorFlow 2.21.0'; null until its first start.",
      resolve: ({ snapshot }) => snapshot.engine,
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

    progress: t.field({
      type: Progress,
      description: "Progress of its training.",
      resolve: (run) => run,
    }),
    bestTestAcc: t.float({
      nullable: true,
      description: "Best accuracy on the test set so far, 0 to 1; null before the first epoch.",
      resolve: ({ snapshot }) => snapshot.bestTestAcc,
    }),
    metrics: t.field({
      type: Metrics,
      nullable: true,
      description: "Metrics of the last completed epoch; null before the first.",
      resolve: ({ snapshot }) => snapshot.lastEpoch,
    }),
    epochs: t.field({
      type: [Epoch],
      description: "Completed epochs, in order.",
      complexity: { field: COST.log, multiplier: 10 },
      resolve: (run, _args, { store }) => readEpochs(store, run.id),
    }),
    batchCurve: t.field({
      type: [Batch],
      description:
        "Metrics of its steps, downsampled to `maxPoints`; the first and the last step are always " +
        "included. Continue after the last with the subscription `batches`.",
      complexity: ({ maxPoints }) =>
        perItem(Math.min(maxPoints ?? Infinity, MANY_POINTS), COST.curve),
      args: {
        maxPoints: t.arg.int({
          defaultValue: DEFAULT_POINTS,
          description: `Maximum number of steps, ${MIN_POINTS} or more; null for all steps.`,
          validate: intBetween("read a curve", "maxPoints", MIN_POINTS),
        }),
        thinning: t.arg({
          type: Thinning,
          defaultValue: "SHAPE",
          description: "Method of downsampling.",
        }),
        fromStep: t.arg.int({
          defaultValue: 1,
          description: "First step of the range, from 1.",
          validate: intBetween("read a curve", "fromStep", 1),
        }),
        toStep: t.arg.int({
          description: "Last step of the range. Default: the latest.",
          validate: intBetween("read a curve", "toStep", 1),
        }),
      },
      resolve: (run, { maxPoints, thinning, fromStep, toStep }, { store }) =>
        readBatchCurve(store, run, {
          maxPoints: maxPoints === undefined ? DEFAULT_POINTS : maxPoints,
          thinning: thinning ?? "SHAPE",
          fromStep: fromStep ?? 1,
          ...(typeof toStep === "number" ? { toStep } : {}),
        }),
    }),
    checkpoints: t.field({
      type: [Checkpoint],
      description: "Its stored checkpoints, in step order. A resume continues from the last.",
      resolve: ({ snapshot }) => snapshot.checkpoints,
    }),
    curves: t.field({
      type: Picture,
      description: "Chart of accuracy and loss over the completed epochs.",
      complexity: COST.chart,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "Colour theme." }),
      },
      resolve: async (run, { theme }, { store }) => ({
        svg: await drawCurves(store, run, theme ?? "light"),
      }),
    }),
    events: t.field({
      type: [RunEvent],
      description: "Its events, in order.",
      complexity: ({ first }) => perItem(first, COST.log),
      args: {
        first: t.arg.int({
          defaultValue: 100,
          description: `Maximum number of events, 1 to ${MAX_EVENTS}.`,
          validate: intBetween(purpose, "first", 1, MAX_EVENTS),
        }),
        afterSeq: t.arg.int({
          defaultValue: 0,
          description: "Only events after this `seq`.",
          validate: intBetween(purpose, "afterSeq", 0),
        }),
      },
      resolve: (run, { first, afterSeq }, { store }) =>
        store.read(run.id, { afterSeq: afterSeq ?? 0, limit: first ?? 100 }),
    }),
    lastSeq: t.int({
      description: "Sequence number of its last event.",
      resolve: ({ snapshot }) => snapshot.lastSeq,
    }),
  }),
});
