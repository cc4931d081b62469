/**
 * Pictures of a checkpoint: the confusion matrix and the kernels, of the newest one or of the one that ?epoch=, ?step=
 * or ?checkpoint= names. A checkpoint never changes, so that browsers can cache its pictures.
 */
import { createHash } from "node:crypto";
import type { Theme } from "../../pictures/palette.ts";
import type { CheckpointInfo } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import {
  type CheckpointChoice,
  chosen,
  noCheckpoint,
} from "../../schema/checkpoint/checkpoint_choice.ts";
import { drawConfusion, readConfusion } from "../../schema/evaluation/confusion_matrix.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { drawKernels, readKernels } from "../../schema/evaluation/kernels.ts";
import { evaluateConditions } from "../http/conditional.ts";
import { readChoice, refuseByError } from "./checkpoint_requests.ts";
import { type PictureFormat, respondPicture } from "./pictures.ts";

/** Kind of a picture. */
export type CheckpointPicture = "confusion" | "kernels";

/** Parameters of a picture. */
export interface PictureRequest {
  readonly run: Run;
  readonly what: CheckpointPicture;
  readonly format: PictureFormat;
  readonly theme: Theme;
}

/** A picture with the checkpoint that it shows. */
interface Drawn {
  readonly checkpoint: CheckpointInfo;
  readonly svg: string;
}

const PURPOSE: Readonly<Record<CheckpointPicture, string>> = {
  confusion: "draw the confusion matrix",
  kernels: "draw the kernels",
};

/** Responds to a request for a picture of a run's checkpoint. */
export async function serveCheckpointPicture(
  request: Request,
  picture: PictureRequest,
  context: ApiContext,
): Promise<Response> {
  const { run, what, format } = picture;
  const { searchParams, pathname } = new URL(request.url);
  try {
    const choice = readChoice(searchParams, PURPOSE[what]);
    const layer = searchParams.get("layer");
    const headersFor = (checkpoint: CheckpointInfo) => ({
      etag: etagOf(picture, checkpoint, layer),
      "cache-control": "private, no-cache",
    });
    const checkpoint = chosen(PURPOSE[what], run, choice);
    const answered = checkpoint && evaluateConditions(request, headersFor(checkpoint));
    if (answered) return answered;
    const drawn = await draw(picture, choice, layer, context);
    if (!drawn) throw noCheckpoint(PURPOSE[what], choice);
    return await respondPicture(drawn.svg, format, headersFor(drawn.checkpoint));
  } catch (error) {
    return refuseByError(error, context, pathname);
  }
}

async function draw(
  { run, what, theme }: PictureRequest,
  choice: CheckpointChoice,
  layer: string | null,
  context: ApiContext,
): Promise<Drawn | null> {
  switch (what) {
    case "confusion": {
      const matrix = await readConfusion(PURPOSE[what], run, choice, context);
      return matrix && { checkpoint: matrix.checkpoint, svg: drawConfusion(matrix, theme) };
    }
    case "kernels": {
      const kernels = await readKernels(PURPOSE[what], run, { ...choice, layer }, context);
      return kernels && { checkpoint: kernels.checkpoint, svg: drawKernels(kernels, theme) };
    }
    default:
      return what satisfies never;
  }
}

/** Returns a hash of everything that a picture depends on. */
function etagOf(
  { run: { id, name }, what, format, theme }: PictureRequest,
  { sha256, epoch, step }: CheckpointInfo,
  layer: string | null,
): string {
  const shown = JSON.stringify([id, name, what, format, theme, sha256, epoch, step, layer]);
  return `"${createHash("sha256").update(shown).digest("base64url").slice(0, 22)}"`;
}
