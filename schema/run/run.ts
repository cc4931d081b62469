/** type Run */
import { describeValue, NUMBER_FIELDS, SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { summarize } from "../../ml/network/summary.ts";
import type { Run as StoredRun } from "../../runs/store/store.ts";
import { MIN_POINTS, readBatchCurve } from "../../runs/reading/batch_curve.ts";
import { Batch } from "../metrics/batch.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { COST, perItem } from "../base/cost.ts";
import { Device } from "../worker/device.ts";
import { drawCurves } from "../metrics/draw_curves.ts";
import { Epoch } from "../metrics/epoch.ts";
import { Metrics } from "../metrics/metrics.ts";
import { ModelSummary } from "../network/model_summary.ts";
import { Picture } from "../base/picture.ts";
import { Progress } from "./progress.ts";
import { readEpochs } from "../event/read_log.ts";
import { Recipe } from "../network/recipe.ts";
import { intBetween } from "../base/validators.ts";
import { RunEvent } from "../event/run_event.ts";
import { RunState } from "./run_state.ts";
import { Theme } from "../base/theme.ts";
import { Thinning } from "../metrics/thinning.ts";

const MAX_EVENTS = 1000;
const DEFAULT_POINTS = 2000;
/** More cost no more, so that every step of a run can be had. */
const MANY_POINTS = 5000;
const purpose = "read events";

/** The settings that are fields of a run by the same name; `epochs` are the trained ones, Progress has their number. */
const SPEC_NUMBERS = NUMBER_FIELDS.filter((field) => field !== "epochs");

export const Run = builder.node(builder.objectRef<StoredRun>("Run"), {
  description: "A training, from the moment it was asked for.",
  id: { resolve: (run) => run.id, description: "The run's id." },
  loadWithoutCache: (id, { store }) => store.get(id),
  fields: (t) => ({
    name: t.exposeString("name", { description: "What people call it." }),
    tags: t.stringList({
      description: "Words that people have put on it, to find it by.",
      resolve: ({ snapshot }) => snapshot.tags,
    }),
    note: t.string({
      nullable: true,
      description: "What people have written on it; null if nothing.",
      resolve: ({ snapshot }) => snapshot.note,
    }),
    state: t.field({
      type: RunState,
      description: "Where it is in its life.",
      resolve: ({ snapshot }) => snapshot.state,
    }),
    error: t.string({
      nullable: true,
      description: "Why it failed.",
      resolve: ({ snapshot }) => snapshot.error,
    }),

    recipe: t.field({
      type: Recipe,
      nullable: true,
      description: "The recipe of its network.",
      resolve: ({ spec }) => spec.recipe,
    }),
    model: t.field({
      type: ModelSummary,
      description: "Its network.",
      resolve: ({ spec }) => summarize(spec.network),
    }),
    dataset: t.string({ description: "What it learns from.", resolve: ({ spec }) => spec.dataset }),
    ...Object.fromEntries(SPEC_NUMBERS.map((field) => {
      const description = describeValue(field);
      const resolve = ({ spec }: StoredRun) => spec[field];
      const isInteger = SPEC_FIELDS[field].rule.kind === "integer";
      const type = isInteger ? t.int({ description, resolve }) : t.float({ description, resolve });
      return [field, type];
    })),
    requestedDevice: t.field({
      type: Device,
      description: "The device that was asked for.",
      resolve: ({ spec }) => spec.device,
    }),
    device: t.string({
      nullable: true,
      description:
        "What it really runs on, with its name: 'CPU (AMD EPYC 7B13, 2 threads)'. Null " +
        "until it has started.",
      resolve: ({ snapshot }) => snapshot.device,
    }),
    engine: t.string({
      nullable: true,
      description:
        "The engine it runs on and its version: 'TensorFlow 2.21.0'. Null until it has started.",
      resolve: ({ snapshot }) => snapshot.engine,
    }),

    createdAt: t.exposeString("createdAt", { description: "When it was asked for, RFC 3339." }),
    startedBy: t.string({
      nullable: true,
      description:
        "The name of whoever started it, as `viewer` gave it to them; null if it is not known.",
      resolve: (run) => run.startedBy,
    }),
    startedAt: t.string({
      nullable: true,
      description: "When its first step began, RFC 3339.",
      resolve: ({ snapshot }) => snapshot.startedAt,
    }),
    endedAt: t.string({
      nullable: true,
      description: "When it was over, RFC 3339; null again once it is resumed.",
      resolve: ({ snapshot }) => snapshot.endedAt,
    }),
    attempts: t.int({
      description: "How often a worker took it; more than once if it was resumed or a worker died.",
      resolve: ({ snapshot }) => snapshot.attempts,
    }),

    progress: t.field({
      type: Progress,
      description: "How far it is.",
      resolve: (run) => run,
    }),
    bestTestAcc: t.float({
      nullable: true,
      description: "The best accuracy on the test set so far, a fraction.",
      resolve: ({ snapshot }) => snapshot.bestTestAcc,
    }),
    metrics: t.field({
      type: Metrics,
      nullable: true,
      description: "What its last epoch came to; null before the first.",
      resolve: ({ snapshot }) => snapshot.lastEpoch,
    }),
    epochs: t.field({
      type: [Epoch],
      description: "Its epochs so far.",
      complexity: { field: COST.log, multiplier: 10 },
      resolve: (run, _args, { store }) => readEpochs(store, run.id),
    }),
    batchCurve: t.field({
      type: [Batch],
      description:
        "Its steps so far, or those of a range, as a chart needs them: thinned out where there are more than " +
        "`maxPoints`, the first and the last among them. The subscription `batches` goes on after the last.",
      complexity: ({ maxPoints }) =>
        perItem(Math.min(maxPoints ?? Infinity, MANY_POINTS), COST.curve),
      args: {
        maxPoints: t.arg.int({
          defaultValue: DEFAULT_POINTS,
          description: `How many steps at most, ${MIN_POINTS} or more; null for every one.`,
          validate: intBetween("read a curve", "maxPoints", MIN_POINTS),
        }),
        thinning: t.arg({
          type: Thinning,
          defaultValue: "SHAPE",
          description: "How to thin them out.",
        }),
        fromStep: t.arg.int({
          defaultValue: 1,
          description: "The first step of the range, from 1.",
          validate: intBetween("read a curve", "fromStep", 1),
        }),
        toStep: t.arg.int({
          description: "The last step of the range; the last so far where there is no number.",
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
      description:
        "The checkpoints that are kept of it, in the order of their steps; the last is the " +
        "one to go on from.",
      resolve: ({ snapshot }) => snapshot.checkpoints,
    }),
    curves: t.field({
      type: Picture,
      description: "Accuracy and loss over its epochs so far, drawn.",
      complexity: COST.chart,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "The picture's colours." }),
      },
      resolve: async (run, { theme }, { store }) => ({
        svg: await drawCurves(store, run, theme ?? "light"),
      }),
    }),
    events: t.field({
      type: [RunEvent],
      description: "What happened to it, in order.",
      complexity: ({ first }) => perItem(first, COST.log),
      args: {
        first: t.arg.int({
          defaultValue: 100,
          description: `How many events at most, 1 to ${MAX_EVENTS}.`,
          validate: intBetween(purpose, "first", 1, MAX_EVENTS),
        }),
        afterSeq: t.arg.int({
          defaultValue: 0,
          description: "Only events after the one with this `seq`.",
          validate: intBetween(purpose, "afterSeq", 0),
        }),
      },
      resolve: (run, { first, afterSeq }, { store }) =>
        store.read(run.id, { afterSeq: afterSeq ?? 0, limit: first ?? 100 }),
    }),
    lastSeq: t.int({
      description: "The `seq` of its last event.",
      resolve: ({ snapshot }) => snapshot.lastSeq,
    }),
  }),
});
