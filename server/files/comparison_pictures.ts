/** Pictures of several runs' curves: /runs/compare.svg?runs=<id>,<id>. */
import { createHash } from "node:crypto";
import { MAX_COMPARED } from "../../pictures/comparison_option.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { badInput, notFound } from "../../schema/base/errors.ts";
import { drawComparison } from "../../schema/metrics/draw_curves.ts";
import { evaluateConditions } from "../http/conditional.ts";
import { refuseOtherMethods } from "../http/methods.ts";
import { COMPARISON_FILE } from "../http/paths.ts";
import { refuseByError } from "./checkpoint_requests.ts";
import { findRun } from "./find_run.ts";
import {
  isPictureFormat,
  readOne,
  readScale,
  readTheme,
  readTitle,
  respondPicture,
} from "./pictures.ts";

const SPLITS = ["test", "train"] as const;

/** Responds to a request for a path that COMPARISON_FILE matches. */
export async function serveComparison(request: Request, context: ApiContext): Promise<Response> {
  const refused = refuseOtherMethods(request);
  if (refused) return refused;
  const { pathname, searchParams } = new URL(request.url);
  const [, file = "", format] = COMPARISON_FILE.exec(pathname) ?? [];
  const purpose = `draw ${file}`;
  try {
    const look = {
      split: readOne(searchParams, { name: "of", purpose, values: SPLITS }),
      theme: readTheme(searchParams, purpose),
      title: readTitle(searchParams, purpose, ""),
      lossScale: readScale(searchParams, purpose),
    };
    const runs = await findRuns(context.store, searchParams);
    const shown = runs.map(({ id, snapshot }) => [id, snapshot.lastSeq]);
    const digest = createHash("sha256").update(JSON.stringify([file, look, shown]));
    const headers = {
      etag: `"${digest.digest("base64url").slice(0, 22)}"`,
      "cache-control": "private, no-cache",
    };
    const answered = evaluateConditions(request, headers);
    if (answered) return answered;
    const svg = await drawComparison(context.store, runs, look);
    return await respondPicture(svg, isPictureFormat(format) ? format : "svg", headers);
  } catch (error) {
    return refuseByError(error, context, pathname);
  }
}

/** Finds the runs that ?runs= names, in this order. */
async function findRuns(store: RunStore, search: URLSearchParams): Promise<readonly Run[]> {
  const ids = (search.get("runs") ?? "").split(",").filter((id) => id !== "");
  const distinct = [...new Set(ids)];
  if (distinct.length < 1 || distinct.length > MAX_COMPARED) {
    throw badInput(
      `Cannot compare runs: runs must be 1 to ${MAX_COMPARED} ids separated by commas, ` +
        `got ${distinct.length}.`,
      ["runs"],
    );
  }
  const runs: Run[] = [];
  for (const id of distinct) {
    const run = await findRun(store, id);
    if (!run) {
      throw notFound(
        `Cannot compare runs: no run has the ID '${id.slice(0, 60)}'; it may have been deleted.`,
      );
    }
    runs.push(run);
  }
  return runs;
}
