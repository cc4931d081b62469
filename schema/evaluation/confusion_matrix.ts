/** type ConfusionMatrix */
import { datasetTitle } from "../../data/catalog.ts";
import { accuracy, type Confusion, confusionMatrix } from "../../ml/metrics.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { CheckpointInfo } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { type CheckpointChoice, chosen, evaluate } from "../checkpoint/checkpoint_choice.ts";
import type { ApiContext } from "../base/context.ts";
import { COST } from "../base/cost.ts";
import { Picture, Theme } from "../base/picture.ts";
import { classNames } from "../dataset/find_dataset.ts";
import { readEpochs } from "../event/read_log.ts";
import { confusionSvg } from "../../pictures/confusion_svg.ts";
import { placeInTraining } from "../../pictures/frame.ts";
import type { Theme as ThemeName } from "../../pictures/palette.ts";

/** Draws a confusion matrix as the text of an SVG file. */
export function drawConfusion(
  { run, checkpoint, classes, counts }: RunConfusion,
  theme: ThemeName,
): string {
  return confusionSvg({ classes, counts }, {
    title: run.name,
    samples: `${datasetTitle(run.spec.dataset)} test set`,
    place: placeInTraining(checkpoint),
    theme,
  });
}

/** The confusion matrix of a checkpoint. */
export interface RunConfusion {
  readonly run: Run;
  readonly checkpoint: CheckpointInfo;
  readonly classes: readonly string[];
  readonly counts: Confusion;
}

/**
 * Returns the confusion matrix of the run's test set: from the log for checkpoints at the end of an epoch,
 * otherwise by an evaluation.
 *
 * @param purpose completes 'Cannot …'
 * @returns null if there is no such checkpoint
 * @throws {GraphQLError} as inspect() does
 */
export async function readConfusion(
  purpose: string,
  run: Run,
  choice: CheckpointChoice,
  context: Pick<ApiContext, "store" | "evaluator" | "datasets" | "imports" | "request">,
): Promise<RunConfusion | null> {
  const logged = await readLogged(run, chosen(purpose, run, choice), context);
  if (logged) return logged;
  const evaluated = await evaluate(purpose, run, choice, context);
  if (!evaluated) return null;
  const { checkpoint, value: { test: { labels, classes }, predicted } } = evaluated;
  return { run, checkpoint, classes, counts: confusionMatrix(labels, predicted, classes.length) };
}

/** Reads the matrix that the training logged, if the checkpoint is of an epoch's end. */
async function readLogged(
  run: Run,
  checkpoint: CheckpointInfo | null,
  context: Pick<ApiContext, "store" | "imports">,
): Promise<RunConfusion | undefined> {
  const epoch = checkpoint
    ? checkpoint.weightsEpoch ?? checkpoint.step / stepsPerEpoch(run.spec)
    : NaN;
  if (!checkpoint || !Number.isInteger(epoch)) return undefined;
  const counts = (await readEpochs(context.store, run.id)).find(({ number }) => number === epoch)
    ?.confusion;
  if (!counts) return undefined;
  const classes = await classNames(run.spec.dataset, counts.length, context);
  return { run, checkpoint, classes, counts };
}

export const ConfusionMatrix = builder.objectRef<RunConfusion>("ConfusionMatrix").implement({
  description: "Confusion matrix of a checkpoint on its run's test set.",
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "Evaluated checkpoint.",
      resolve: ({ run, checkpoint }) => ({ ...checkpoint, runId: run.id }),
    }),
    classes: t.stringList({
      description: "Class names, in label order.",
      resolve: (matrix) => matrix.classes,
    }),
    counts: t.field({
      type: t.listRef(t.listRef("Int")),
      description: "Counts of samples: one row per true class, one column per predicted class.",
      resolve: (matrix) => matrix.counts,
    }),
    accuracy: t.float({
      description: "Accuracy on the test set, 0 to 1.",
      resolve: ({ counts }) => accuracy(counts),
    }),
    picture: t.field({
      type: Picture,
      description: "Picture of the counts, each cell shaded by its share of the row.",
      complexity: COST.picture,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "Colour theme." }),
      },
      resolve: (matrix, { theme }) => ({ svg: drawConfusion(matrix, theme ?? "light") }),
    }),
  }),
});
