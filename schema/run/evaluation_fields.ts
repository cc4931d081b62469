/**
 * Fields of Run about its evaluation. The first evaluation of a checkpoint takes seconds, later
 * ones are cached.
 */
import { builder } from "../base/builder.ts";
import { checkpointArgs, evaluate } from "../checkpoint/checkpoint_choice.ts";
import { ClassReport, toClassReport } from "../evaluation/class_report.ts";
import { ConfusionMatrix, readConfusion } from "../evaluation/confusion_matrix.ts";
import { COST, perItem } from "../base/cost.ts";
import { Kernels, readKernels } from "../evaluation/kernels.ts";
import { Mistake, toMistakes } from "../evaluation/mistake.ts";
import { intBetween, line } from "../base/validators.ts";
import { Run } from "./run.ts";

const MAX_MISTAKES = 1000;
const DEFAULT_MISTAKES = 20;
const purpose = "test a checkpoint";
const READ_KERNELS = "read kernels";
const OR_NULL =
  "Default: the newest checkpoint, also during training; null if the checkpoint does not exist.";

const which = checkpointArgs(purpose);

builder.objectFields(Run, (t) => ({
  confusionMatrix: t.field({
    type: ConfusionMatrix,
    nullable: true,
    description: `Confusion matrix on the test set. ${OR_NULL}`,
    complexity: COST.evaluation,
    args: which,
    resolve: (run, choice, context) => readConfusion(purpose, run, choice, context),
  }),
  classReport: t.field({
    type: ClassReport,
    nullable: true,
    description: `Classification report on the test set. ${OR_NULL}`,
    complexity: COST.evaluation,
    args: which,
    resolve: async (run, choice, context) => {
      const confusion = await readConfusion(purpose, run, choice, context);
      return confusion && toClassReport(confusion);
    },
  }),
  mistakes: t.field({
    type: [Mistake],
    nullable: true,
    description:
      `Misclassified test samples, lowest probability of the true class first. ${OR_NULL}`,
    complexity: ({ first }) => perItem(first, COST.evaluation),
    args: {
      ...which,
      first: t.arg.int({
        defaultValue: DEFAULT_MISTAKES,
        description: `Maximum number of samples, 1 to ${MAX_MISTAKES}.`,
        validate: intBetween("list mistakes", "first", 1, MAX_MISTAKES),
      }),
      label: t.arg.int({
        description: "Only samples of the class with this label.",
        validate: intBetween("list mistakes", "label", 0),
      }),
      predicted: t.arg.int({
        description: "Only samples predicted as the class with this label.",
        validate: intBetween("list mistakes", "predicted", 0),
      }),
    },
    resolve: async (run, { first, label, predicted, ...choice }, context) => {
      const evaluated = await evaluate(purpose, run, choice, context);
      return evaluated &&
        toMistakes(evaluated, { first: first ?? DEFAULT_MISTAKES, label, predicted });
    },
  }),
  kernels: t.field({
    type: Kernels,
    nullable: true,
    description:
      "Kernels of a convolution. Default: the newest checkpoint; null if the checkpoint does not exist.",
    complexity: COST.checkpoint,
    args: {
      ...checkpointArgs(READ_KERNELS),
      layer: t.arg.string({
        description: "Name of the convolution, such as 'conv2'. Default: the first.",
        validate: line(READ_KERNELS, "layer", 64),
      }),
    },
    resolve: (run, choice, context) => readKernels(READ_KERNELS, run, choice, context),
  }),
}));
