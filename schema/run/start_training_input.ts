/** input StartTrainingInput */
import { z } from "zod";
import { describeDataset } from "../../data/catalog.ts";
import { InvalidSpecError, LIMITS, resolveSpec, type TrainingRequest } from "../../ml/spec/spec.ts";
import { DESCRIPTION_LIMITS, MAX_KEY_LENGTH } from "../../runs/log/description.ts";
import { builder } from "../base/builder.ts";
import { DEFAULT_DATASET } from "../dataset/dataset_name.ts";
import { Device } from "../worker/device.ts";
import { Recipe } from "../network/recipe.ts";
import { line } from "../base/validators.ts";

const purpose = "train";

/** The rules of ml/spec/spec.ts, which the command line obeys too. */
const trainable = z.custom<TrainingRequest>().superRefine((request, context) => {
  try {
    resolveSpec(request, describeDataset(request.dataset ?? DEFAULT_DATASET));
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    context.addIssue({ code: "custom", message: error.message, path: [error.field] });
  }
});

export const StartTrainingInput = builder.inputType("StartTrainingInput", {
  description: "What to train, and how. All that is left out is as the recipe says; the query " +
    "'recipes' shows it.",
  validate: trainable,
  fields: (t) => ({
    recipe: t.field({
      type: Recipe,
      defaultValue: "BASIC_CNN",
      description: "The network and the way it is trained.",
    }),
    name: t.string({
      description:
        `What people call the run, 1 to ${DESCRIPTION_LIMITS.name} characters; its recipe and seed where ` +
        "there is none.",
      validate: line(purpose, "name", DESCRIPTION_LIMITS.name),
    }),
    epochs: t.int({
      description: "How many times to go through the training samples, " +
        `${LIMITS.epochs.min} to ${LIMITS.epochs.max}.`,
    }),
    batchSize: t.int({
      description: "How many samples to take a step, " +
        `${LIMITS.batchSize.min} to ${LIMITS.batchSize.max}.`,
    }),
    learningRate: t.float({
      description: "How far to follow the gradient, " +
        `above ${LIMITS.learningRate.min} and at most ${LIMITS.learningRate.max}.`,
    }),
    seed: t.int({
      description:
        "Where all the run's chance comes from: the same seed on the same device gives " +
        "the same numbers. Not negative; random where there is none.",
    }),
    device: t.field({
      type: Device,
      defaultValue: "AUTO",
      description: "What to train on.",
    }),
    trainSamples: t.int({
      description:
        "Learn from the first so many training samples only, for a quick look; all of them where " +
        "there is no number.",
    }),
    testSamples: t.int({
      description:
        "Test on the first so many test samples only; on all of them where there is no number.",
    }),
    idempotencyKey: t.string({
      description: "A text of your choice that stands for this request, up to " +
        `${MAX_KEY_LENGTH} characters. Sent again with the same key, it answers with the same run instead of ` +
        "starting another; with the same key and another input it is an error.",
      validate: line(purpose, "idempotencyKey", MAX_KEY_LENGTH),
    }),
  }),
});
