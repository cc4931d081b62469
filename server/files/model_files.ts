/**
 * Exported models of a run's checkpoint: of the newest one or of the one that ?epoch=, ?step= or ?checkpoint= names. A
 * checkpoint never changes, so that clients can cache them.
 */
import { createHash } from "node:crypto";
import {
  encodeExport,
  EXPORT_FORMATS,
  EXPORT_NAMES,
  exportFile,
  formatOfFile,
  PRODUCER_VERSION,
} from "../../exports/formats.ts";
import type { TrainedModel } from "../../exports/model.ts";
import { MODULE_FILE, writeModule } from "../../exports/pytorch/module.ts";
import type { Run } from "../../runs/log/run.ts";
import type { CheckpointInfo } from "../../runs/log/snapshot.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { notFound } from "../../schema/base/errors.ts";
import { chosen, noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { readModel } from "../../schema/checkpoint/read_model.ts";
import { evaluateConditions } from "../http/conditional.ts";
import { readChoice, refuseByError } from "./checkpoint_requests.ts";

const PURPOSE = "export the model";

/** A file that is written from a model. */
interface ModelFile {
  readonly name: string;
  readonly mediaType: string;
  write(model: TrainedModel): Promise<readonly (string | Uint8Array)[]>;
}

/** Responds to a request for a model's file, such as model.onnx. */
export async function serveModel(
  request: Request,
  { run, file }: { readonly run: Run; readonly file: string },
  context: ApiContext,
): Promise<Response> {
  const { searchParams, pathname } = new URL(request.url);
  try {
    const choice = readChoice(searchParams, PURPOSE);
    const { name, mediaType, write } = findFile(file);
    const headersFor = (checkpoint: CheckpointInfo) => ({
      etag: etagOf(run, name, checkpoint),
      "cache-control": "private, no-cache",
      "content-type": mediaType,
      "content-disposition": `attachment; filename="${name}"`,
    });
    const checkpoint = chosen(PURPOSE, run, choice);
    if (!checkpoint) throw noCheckpoint(PURPOSE, choice);
    const answered = evaluateConditions(request, headersFor(checkpoint));
    if (answered) return answered;
    const read = await readModel(PURPOSE, run, choice, context);
    if (!read) throw noCheckpoint(PURPOSE, choice);
    const body = new Blob(
      (await write(read.value)).map((part) =>
        typeof part === "string" ? part : new Uint8Array(part)
      ),
    );
    return new Response(body, { headers: headersFor(read.checkpoint) });
  } catch (error) {
    return refuseByError(error, context, pathname);
  }
}

function findFile(file: string): ModelFile {
  if (file === MODULE_FILE) {
    return {
      name: file,
      mediaType: "text/x-python; charset=utf-8",
      write: (model) => Promise.resolve([writeModule(model)]),
    };
  }
  const format = formatOfFile(file);
  if (!format) {
    const files = [...EXPORT_NAMES.map(exportFile), MODULE_FILE];
    throw notFound(`Cannot ${PURPOSE}: the file must be ${files.join(" or ")}, got '${file}'.`);
  }
  const { mediaType } = EXPORT_FORMATS[format];
  return { name: exportFile(format), mediaType, write: (model) => encodeExport(format, model) };
}

/** Returns a hash of everything that a file depends on. */
function etagOf(
  { id, name }: Run,
  file: string,
  { sha256, epoch, step }: CheckpointInfo,
): string {
  const content = JSON.stringify([PRODUCER_VERSION, id, name, file, sha256, epoch, step]);
  return `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
}
