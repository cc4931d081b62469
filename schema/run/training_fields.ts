/** Fields of Run about its training: progress, metrics and checkpoints. */
import { inTurns } from "../../lib/event_loop.ts";
import { MIN_POINTS, readBatchCurve } from "../../runs/reading/batch_curve.ts";
import { builder } from "../base/builder.ts";
import { COST, perItem } from "../base/cost.ts";
import { Picture, Theme } from "../base/picture.ts";
import { intBetween } from "../base/validators.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { readEpochs } from "../event/read_log.ts";
import { Batch, Thinning } from "../metrics/batch.ts";
import { drawCurves } from "../metrics/draw_curves.ts";
import { Epoch, Metrics } from "../metrics/epoch.ts";
import { Progress } from "./progress.ts";
import { Run } from "./run.ts";

const DEFAULT_POINTS = 2000;
/** Number of points from which on more cost no more, so that a client can read every step of a run. */
const MAX_PRICED_POINTS = 5000;

builder.objectFields(Run, (t) => ({
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
      perItem(Math.min(maxPoints ?? Infinity, MAX_PRICED_POINTS), COST.curve),
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
    resolve: async (run, { maxPoints, thinning, fromStep, toStep }, { store }) => {
      const curve = await readBatchCurve(store, run, {
        maxPoints: maxPoints === undefined ? DEFAULT_POINTS : maxPoints,
        thinning: thinning ?? "SHAPE",
        fromStep: fromStep ?? 1,
        toStep: toStep ?? undefined,
      });
      // Others are served while GraphQL resolves hundreds of thousands of steps.
      return inTurns(curve);
    },
  }),
  checkpoints: t.field({
    type: [Checkpoint],
    description: "Its stored checkpoints, in step order. A resume continues from the last.",
    resolve: ({ id, snapshot }) =>
      snapshot.checkpoints.map((checkpoint) => ({ ...checkpoint, runId: id })),
  }),
  curves: t.field({
    type: Picture,
    description: "Chart of accuracy and loss over the completed epochs.",
    complexity: COST.chart,
    args: {
      theme: t.arg({ type: Theme, defaultValue: "light", description: "Colour theme." }),
    },
    resolve: async (run, { theme }, { store }) => ({
      svg: await drawCurves(store, run, { theme: theme ?? "light", title: run.name }),
    }),
  }),
}));
