/** Query.predict */
import { builder } from "../../schema/base/builder.ts";
import {
  checkpointArgs,
  inspect,
  noCheckpoint,
} from "../../schema/checkpoint/checkpoint_choice.ts";
import { COST } from "../../schema/base/cost.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { classNames } from "../../schema/dataset/find_dataset.ts";
import { Prediction } from "../../schema/evaluation/prediction.ts";
import { readSample, warnOfSample } from "../../schema/evaluation/read_sample.ts";

const purpose = "predict";

builder.queryField("predict", (t) =>
  t.field({
    type: Prediction,
    description:
      "Classifies a sample: an image, given as `pixels` or as `image`, or a vector, given as `features`. Default: by the run's newest checkpoint.",
    authScopes: { read: true },
    complexity: COST.checkpoint,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." }).validate(runId(purpose)),
      pixels: t.arg.intList({
        description:
          "Pixels from 0 (black) to 255 (white), in row-major order, as in a Sample's `pixels`: white digits on black for MNIST.",
      }),
      image: t.arg.string({
        description:
          "Image file as a data URI. For an imported dataset: PNG, JPEG, WebP, GIF, TIFF or AVIF of any size, brought " +
          "to the form of its samples as they were. For a built-in one: a PNG of its height and width, converted to " +
          "greyscale; transparent pixels become black.",
      }),
      features: t.arg.floatList({
        description:
          "Features of a vector in the order of the dataset's columns, in their own units, for a run on rows of features.",
      }),
      ...checkpointArgs(purpose),
    },
    resolve: async (_root, { runId, pixels, image, features, ...choice }, context) => {
      const run = await context.store.get(runId);
      if (!run) throw noSuchRun(purpose, runId);
      const given = {
        pixels: pixels ?? undefined,
        image: image ?? undefined,
        features: features ?? undefined,
      };
      const sample = await readSample(purpose, run, given, context);
      const inspected = await inspect(
        purpose,
        run,
        choice,
        context,
        (evaluator, { file, sha256 }) => evaluator.classify({ runId, file, sha256 }, sample),
      );
      if (!inspected) throw noCheckpoint(purpose, choice);
      const { checkpoint, value: { predicted: [label = 0], probabilities } } = inspected;
      const classes = await classNames(run.spec.dataset, probabilities.length, context);
      const className = classes[label] ?? String(label);
      return {
        checkpoint: { ...checkpoint, runId: run.id },
        label,
        className,
        probabilities: [...probabilities],
        classNames: classes,
        warning: warnOfSample(run, sample),
      };
    },
  }));
