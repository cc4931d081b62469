/**
 * Downloads of a run: its curves as pictures, its epochs and its log for other programs, generated from the log for each
 * request. Pictures of its checkpoints are in checkpoint_pictures.ts, exported models in model_files.ts.
 */
import { GraphQLError } from "graphql";
import { drawPng } from "../../pictures/png_thread.ts";
import { historyJson, historyOf } from "../../runs/reading/history.ts";
import { readPages } from "../../runs/reading/read_pages.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { drawCurves } from "../../schema/metrics/draw_curves.ts";
import { readNodeId } from "../../schema/base/global_id.ts";
import { readEpochs } from "../../schema/event/read_log.ts";
import { serveCheckpointPicture } from "./checkpoint_pictures.ts";
import { streamCsv, streamTensorboard } from "./metric_files.ts";
import { serveModel } from "./model_files.ts";
import { evaluateConditions } from "../http/conditional.ts";
import { refuse, refuseMethod } from "../http/errors.ts";
import { RUN_FILE } from "../http/paths.ts";
import { svgHeaders } from "./svg_headers.ts";

/** Responds to a request for a path that RUN_FILE matches. */
export async function serveRunFile(request: Request, context: ApiContext): Promise<Response> {
  const { store } = context;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return refuseMethod(request, ["GET", "HEAD"]);
  }
  const url = new URL(request.url);
  const [, id = "", file = "", what, format] = RUN_FILE.exec(url.pathname) ?? [];
  const run = await findRun(store, id);
  if (!run) {
    return refuse(404, "NOT_FOUND", `Cannot find ${file}: there is no run with the id '${id}'.`);
  }
  if (file.startsWith("model.")) return await serveModel(request, { run, file }, context);

  const theme = url.searchParams.get("theme") ?? "light";
  if (theme !== "light" && theme !== "dark") {
    return refuse(
      400,
      "BAD_USER_INPUT",
      `Cannot draw ${file}: theme must be light or dark, got '${theme.slice(0, 40)}'.`,
    );
  }
  if ((what === "confusion" || what === "kernels") && (format === "svg" || format === "png")) {
    return await serveCheckpointPicture(request, { run, what, format, theme }, context);
  }
  const of = url.searchParams.get("of") ?? "epochs";
  if (of !== "epochs" && of !== "steps") {
    return refuse(
      400,
      "BAD_USER_INPUT",
      `Cannot list metrics: of must be epochs or steps, got '${of.slice(0, 40)}'.`,
    );
  }
  // Only an event changes a run.
  const headers = {
    etag: `"${run.id}-${run.snapshot.lastSeq}-${theme}-${of}"`,
    "cache-control": "private, no-cache",
  };
  const answered = evaluateConditions(request, headers);
  if (answered) return answered;
  switch (file) {
    case "curves.svg":
      return new Response(await drawCurves(store, run, theme), {
        headers: { ...svgHeaders, ...headers },
      });
    case "curves.png":
      return respond("image/png", await drawPng(await drawCurves(store, run, theme)), headers);
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

function respond(type: string, body: BodyInit, headers: Record<string, string>): Response {
  return new Response(body, { headers: { "content-type": type, ...headers } });
}

function download(headers: Record<string, string>, run: Run, file: string) {
  return { ...headers, "content-disposition": `attachment; filename="${run.id}-${file}"` };
}

/** Finds a run by the store's id or by the API's global id. */
async function findRun(store: RunStore, id: string): Promise<Run | undefined> {
  const run = await store.get(id);
  if (run) return run;
  try {
    const node = readNodeId(decodeURIComponent(id));
    return node.typename === "Run" ? await store.get(node.id) : undefined;
  } catch (error) {
    if (error instanceof URIError || error instanceof GraphQLError) return undefined;
    throw error;
  }
}

/** Streams the events so far as JSON lines, at the client's pace. */
function streamLog(store: RunStore, run: Run): ReadableStream<Uint8Array> {
  return ReadableStream.from(logLines(store, run)).pipeThrough(new TextEncoderStream());
}

async function* logLines(store: RunStore, run: Run): AsyncGenerator<string> {
  for await (const events of readPages(store, run.id)) {
    yield events.map((event) => JSON.stringify(event) + "\n").join("");
  }
}
