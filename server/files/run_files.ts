/**
 * What a run leaves behind as files: its curves as pictures, its epochs and its log for other programs. They
 * are made when asked for, from the log, and hold what is there now. Pictures of its checkpoints are made in
 * checkpoint_pictures.ts.
 */
import { GraphQLError } from "graphql";
import { drawPng } from "../../pictures/png_thread.ts";
import { historyJson, historyOf } from "../../runs/reading/history.ts";
import type { Run, RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { drawCurves } from "../../schema/metrics/draw_curves.ts";
import { readNodeId } from "../../schema/base/global_id.ts";
import { readEpochs } from "../../schema/event/read_log.ts";
import { serveCheckpointPicture } from "./checkpoint_pictures.ts";
import { refuse, refuseMethod } from "../http/errors.ts";
import { RUN_FILE } from "../http/paths.ts";
import { svgHeaders } from "./svg_headers.ts";

/** Events read at a time. */
const PIECE = 500;

/** Answers a request for a path that RUN_FILE matches. */
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
  // A run changes with each event, and with nothing else.
  const headers: Record<string, string> = {
    etag: `"${run.id}-${run.snapshot.lastSeq}-${theme}"`,
    "cache-control": "private, no-cache",
  };
  if (request.headers.get("if-none-match") === headers.etag) {
    return new Response(null, { status: 304, headers });
  }
  switch (file) {
    case "curves.svg":
      return new Response(await drawCurves(store, run, theme), {
        headers: { ...svgHeaders, ...headers },
      });
    case "curves.png":
      return answer("image/png", await drawPng(await drawCurves(store, run, theme)), headers);
    case "history.json":
      return answer(
        "application/json",
        historyJson(historyOf(run, await readEpochs(store, run.id))),
        download(headers, run, file),
      );
    default:
      return answer("application/x-ndjson", streamLog(store, run), download(headers, run, file));
  }
}

function answer(type: string, body: BodyInit, headers: Record<string, string>): Response {
  return new Response(body, { headers: { "content-type": type, ...headers } });
}

function download(headers: Record<string, string>, run: Run, file: string) {
  return { ...headers, "content-disposition": `attachment; filename="${run.id}-${file}"` };
}

/** By the store's own id, or by the one that the API gives. */
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

/** The events so far, one JSON object a line, at the client's pace. */
function streamLog(store: RunStore, run: Run): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let afterSeq = 0;
  return new ReadableStream({
    async pull(controller) {
      const events = await store.read(run.id, { afterSeq, limit: PIECE });
      const last = events.at(-1);
      if (!last) return controller.close();
      afterSeq = last.seq;
      controller.enqueue(
        encoder.encode(events.map((event) => JSON.stringify(event) + "\n").join("")),
      );
    },
  });
}
