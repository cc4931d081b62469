/** Routes of the Open Inference Protocol v2 (REST) below /v2, as KServe and Triton clients call them. */
import { inputOf } from "../../exports/input.ts";
import { outputShape } from "../../ml/network/network.ts";
import type { Run } from "../../runs/log/run.ts";
import { PRODUCER_VERSION } from "../../exports/formats.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { chosen, noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { refuse } from "../http/errors.ts";
import { READ_METHODS, refuseOtherMethods } from "../http/methods.ts";
import { badRequest, refuseThrown } from "./errors.ts";
import { findModel, readVersion, versionsOf } from "./find_model.ts";
import { infer } from "./infer.ts";
import { describeOutputs } from "./outputs.ts";

const MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/ready|\/infer)?$/;

/** Responds to a request for a path below /v2 but that of its health. */
export async function serveInference(
  request: Request,
  context: ApiContext,
  bodyTimeoutMs: number,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    if (pathname === "/v2") {
      return refuseOtherMethods(request) ?? Response.json({
        name: "epochql",
        version: PRODUCER_VERSION,
        extensions: ["binary_tensor_data"],
      });
    }
    const [matched, name = "", version, action] = MODEL.exec(pathname) ?? [];
    if (matched === undefined) {
      return refuse(
        404,
        "NOT_FOUND",
        `Cannot find ${pathname}: there are models at /v2/models/RUN.`,
      );
    }
    const refused = refuseOtherMethods(request, action === "/infer" ? ["POST"] : READ_METHODS);
    if (refused) return refused;
    const run = await findModel(context.store, decode(name));
    const epoch = readVersion(version);
    if (action === "/infer") return await infer(request, run, epoch, context, bodyTimeoutMs);
    const checkpoint = chosen("infer", run, { epoch });
    if (!checkpoint) throw noCheckpoint("infer", { epoch });
    return Response.json(
      action === "/ready" ? { name: run.name, ready: true } : metadata(run),
    );
  } catch (error) {
    return refuseThrown(error, context, pathname);
  }
}

function metadata(run: Run): object {
  const { network } = run.spec;
  const { name, shape } = inputOf(network);
  return {
    name: run.name,
    versions: versionsOf(run),
    platform: "epochql",
    inputs: [{ name, datatype: "FP32", shape: [-1, ...shape] }],
    outputs: describeOutputs(outputShape(network)),
  };
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw badRequest("the model's name must be a valid part of a URL.");
  }
}
