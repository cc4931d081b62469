/** Query.predict */
import { readGreyPng } from "../../pictures/read_grey_png.ts";
import type { Run } from "../../runs/log/run.ts";
import { builder } from "../../schema/base/builder.ts";
import {
  checkpointArgs,
  inspect,
  noCheckpoint,
} from "../../schema/checkpoint/checkpoint_choice.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput } from "../../schema/base/errors.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { classNames } from "../../schema/dataset/find_dataset.ts";
import { Prediction } from "../../schema/evaluation/prediction.ts";
import { elementCount } from "../../ml/graph/tensor.ts";

const purpose = "predict";
const PNG_URI = "data:image/png;base64,";
/** A picture of 28 x 28 has some hundred bytes, a few thousand with all colours. */
const MAX_URI = 32_768;

builder.queryField("predict", (t) =>
  t.field({
    type: Prediction,
    description:
      "Classifies an image, given as `pixels` or as `image`. Default: by the run's newest checkpoint.",
    authScopes: { read: true },
    complexity: COST.checkpoint,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." }).validate(runId(purpose)),
      pixels: t.arg.intList({
        description:
          "Pixels from 0 (black) to 255 (white), in row-major order, as in a Sample's `pixels`: white digits on black.",
      }),
      image: t.arg.string({
        description:
          "PNG file as a data URI, with the height and width of the run's dataset. Converted to greyscale; " +
          "transparent pixels become black.",
      }),
      ...checkpointArgs(purpose),
    },
    resolve: async (_root, { runId, pixels, image, ...choice }, context) => {
      const run = await context.store.get(runId);
      if (!run) throw noSuchRun(purpose, runId);
      const bytes = readImage(run, pixels ?? undefined, image ?? undefined);
      const inspected = await inspect(
        purpose,
        run,
        choice,
        context,
        (evaluator, { file, sha256 }) => evaluator.classify({ runId, file, sha256 }, bytes),
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
      };
    },
  }));

/** The image's pixels as the run's network reads them. */
function readImage(
  run: Run,
  pixels: readonly number[] | undefined,
  image: string | undefined,
): Uint8Array {
  const { inputShape } = run.spec.network;
  const [height, width] = inputShape;
  if (width === undefined) {
    throw badInput(
      `Cannot ${purpose}: the run must be trained on images, got one on vectors of ${height} features.`,
      ["runId"],
    );
  }
  if (pixels && image === undefined) return readPixels(pixels, elementCount(inputShape));
  if (image !== undefined && !pixels) return readPng(image, height, width);
  throw badInput(
    `Cannot ${purpose}: either pixels or image must be given, got ${pixels ? "both" : "none"}.`,
    [pixels ? "image" : "pixels"],
  );
}

function readPixels(pixels: readonly number[], count: number): Uint8Array {
  if (pixels.length !== count) {
    throw badInput(
      `Cannot ${purpose}: pixels must be ${count} grey values, got ${pixels.length}.`,
      ["pixels"],
    );
  }
  const wrong = pixels.findIndex((pixel) => pixel < 0 || pixel > 255);
  if (wrong === -1) return Uint8Array.from(pixels);
  throw badInput(
    `Cannot ${purpose}: pixels must be between 0 and 255, got ${pixels[wrong]}.`,
    ["pixels", wrong],
  );
}

function readPng(uri: string, height: number, width: number): Uint8Array {
  const fail = (rest: string) => badInput(`Cannot ${purpose}: image ${rest}.`, ["image"]);
  if (!uri.startsWith(PNG_URI) || uri.length > MAX_URI) {
    const got = uri.length > MAX_URI ? `${uri.length}` : `'${uri.slice(0, 30)}'`;
    throw fail(`must be '${PNG_URI}…' of up to ${MAX_URI} characters, got ${got}`);
  }
  let file: Uint8Array;
  try {
    file = Uint8Array.fromBase64(uri.slice(PNG_URI.length));
  } catch {
    throw fail("must be in base64 behind the comma, got something else");
  }
  try {
    return readGreyPng(file, height, width);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fail(error.message.replace(/^it /, ""));
  }
}
