/**
 * Pictures of a checkpoint: the confusion matrix and the kernels, of the newest one or of the one that ?epoch=, ?step= or
 * ?checkpoint= names. A checkpoint never changes, so that browsers can cache its pictures.
 */
import { createHash } from "node:crypto";
import type { Theme } from "../../pictures/palette.ts";
import { drawPng } from "../../pictures/png_thread.ts";
import type { CheckpointInfo } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import {
  type CheckpointChoice,
  chosen,
  noCheckpoint,
} from "../../schema/checkpoint/checkpoint_choice.ts";
import { drawConfusion, readConfusion } from "../../schema/evaluation/confusion_matrix.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { badInput, type ErrorCode, toApiError } from "../../schema/base/errors.ts";
import { drawKernels, readKernels } from "../../schema/evaluation/kernels.ts";
import { evaluateConditions } from "../http/conditional.ts";
import { refuse } from "../http/errors.ts";
import { svgHeaders } from "./svg_headers.ts";

/** Kind of a picture. */
export type CheckpointPicture = "confusion" | "kernels";

/** Parameters of a picture. */
export interface PictureRequest {
  readonly run: Run;
  readonly what: CheckpointPicture;
  readonly format: "svg" | "png";
  readonly theme: Theme;
}

/** A picture with the checkpoint that it shows. */
interface Drawn {
  readonly checkpoint: CheckpointInfo;
  readonly svg: string;
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

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
    const headers = headersFor(drawn.checkpoint);
    return format === "svg"
      ? new Response(drawn.svg, { headers: { ...svgHeaders, ...headers } })
      : new Response(await drawPng(drawn.svg), {
        headers: { "content-type": "image/png", ...headers },
      });
  } catch (error) {
    const { message, extensions } = toApiError(error, context, pathname);
    const code = extensions["code"] as ErrorCode;
    return refuse(STATUS[code], code, message);
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

function readChoice(search: URLSearchParams, purpose: string): CheckpointChoice {
  const number = (name: "epoch" | "step") => {
    const value = search.get(name);
    if (value === null) return null;
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw badInput(
      `Cannot ${purpose}: ${name} must be a whole number from 1, got '${value.slice(0, 40)}'.`,
      [name],
    );
  };
  return { checkpoint: search.get("checkpoint"), epoch: number("epoch"), step: number("step") };
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
