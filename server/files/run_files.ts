/**
 * Downloads of a run: its curves as pictures, its epochs and its log for other programs, generated from the log for
 * each request. Pictures of its checkpoints are in checkpoint_pictures.ts, exported models in model_files.ts.
 */
import { createHash } from "node:crypto";
import { historyJson, historyOf } from "../../runs/reading/history.ts";
import { readWhole } from "../../runs/reading/read_pages.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { drawCurves } from "../../schema/metrics/draw_curves.ts";
import { readEpochs } from "../../schema/event/read_log.ts";
import { serveCheckpointPicture } from "./checkpoint_pictures.ts";
import { refuseByError } from "./checkpoint_requests.ts";
import { findRun } from "./find_run.ts";
import { streamCsv, streamTensorboard } from "./metric_files.ts";
import { serveModel } from "./model_files.ts";
import { evaluateConditions } from "../http/conditional.ts";
import { refuse } from "../http/errors.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { RUN_FILE } from "../http/paths.ts";
import {
  isPictureFormat,
  readOne,
  readScale,
  readTheme,
  readTitle,
  respondPicture,
} from "./pictures.ts";

/** Values of ?of=: metrics of a line each, or the curves with or without each batch. */
const METRICS = ["epochs", "steps"] as const;

/** Responds to a request for a path that RUN_FILE matches. */
export async function serveRunFile(request: Request, context: ApiContext): Promise<Response> {
  const refused = refuseOtherMethods(request);
  if (refused) return refused;
  const url = new URL(request.url);
  const [, id = "", file = "", what, format] = RUN_FILE.exec(url.pathname) ?? [];
  const run = await findRun(context.store, id);
  if (!run) {
    return refuse(
      404,
      "NOT_FOUND",
      `Cannot find ${file}: no run has the ID '${id}'; it may have been deleted.`,
    );
  }
  if (file.startsWith("model.")) return await serveModel(request, { run, file }, context);

  try {
    return await serveFile(request, { run, file, what, format }, context);
  } catch (error) {
    return refuseByError(error, context, url.pathname);
  }
}

/** A file of a run: 'curves.svg' is of the kind 'curves' in the format 'svg'. */
interface RunFile {
  readonly run: Run;
  readonly file: string;
  readonly what: string | undefined;
  readonly format: string | undefined;
}

async function serveFile(
  request: Request,
  { run, file, what, format }: RunFile,
  context: ApiContext,
): Promise<Response> {
  const { store } = context;
  const search = new URL(request.url).searchParams;
  const purpose = format === undefined ? "list metrics" : `draw ${file}`;
  const theme = readTheme(search, purpose);
  if ((what === "confusion" || what === "kernels") && isPictureFormat(format)) {
    return await serveCheckpointPicture(request, { run, what, format, theme }, context);
  }
  const of = readOne(search, { name: "of", purpose, values: METRICS });
  const look = {
    theme,
    of,
    title: readTitle(search, purpose, run.name),
    lossScale: readScale(search, purpose),
  };
  // Only an event changes a run.
  const headers = {
    etag: etagOf(run, look),
    "cache-control": "private, no-cache",
  };
  const answered = evaluateConditions(request, headers);
  if (answered) return answered;
  if (what === "curves" && isPictureFormat(format)) {
    return await respondPicture(await drawCurves(store, run, look), format, headers);
  }
  switch (file) {
    case "history.json":
      return respond(
        "application/json",
        historyJson(historyOf(run, await readEpochs(store, run.id))),
        download(headers, run, file),
      );
    case "metrics.csv":
      return respond(
        "text/csv; charset=utf-8; header=present",
        streamCsv(store, run, of),
        download(headers, run, file),
      );
    case "tensorboard.zip":
      return respond(
        "application/zip",
        streamTensorboard(store, run),
        download(headers, run, file),
      );
    default:
      return respond("application/x-ndjson", streamLog(store, run), download(headers, run, file));
  }
}

/** Returns a value that changes with the run and with what is asked of it. */
function etagOf({ id, snapshot: { lastSeq } }: Run, look: unknown): string {
  const digest = createHash("sha256").update(JSON.stringify(look)).digest("base64url");
  return `"${id}-${lastSeq}-${digest.slice(0, 11)}"`;
}

function respond(type: string, body: BodyInit, headers: Record<string, string>): Response {
  return new Response(body, { headers: { "content-type": type, ...headers } });
}

function download(headers: Record<string, string>, run: Run, file: string) {
  return { ...headers, "content-disposition": `attachment; filename="${run.id}-${file}"` };
}

/** Streams the events so far as JSON lines, at the client's pace. */
function streamLog(store: RunStore, run: Run): ReadableStream<Uint8Array> {
  return ReadableStream.from(logLines(store, run)).pipeThrough(new TextEncoderStream());
}

async function* logLines(store: RunStore, run: Run): AsyncGenerator<string> {
  for await (const events of readWhole(store, run.id)) {
    yield events.map((event) => JSON.stringify(event) + "\n").join("");
  }
}
