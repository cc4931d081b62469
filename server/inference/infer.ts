/** Answers inference requests by the predictor that the API's `predict` uses. */
import type { Run } from "../../runs/log/run.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { inspect, noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { classNames } from "../../schema/dataset/find_dataset.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { badRequest } from "./errors.ts";
import { readRequest } from "./read_request.ts";
import { readSamples } from "./tensors.ts";

/** Names of the outputs. */
const OUTPUTS: readonly string[] = ["probabilities", "classes"];

const PURPOSE = "infer";

/**
 * Classifies a batch.
 *
 * @param epoch the version; the newest checkpoint if null
 * @throws {GraphQLError} if the request cannot be answered
 */
export async function infer(
  request: Request,
  run: Run,
  epoch: number | null,
  context: ApiContext,
  bodyTimeoutMs: number,
): Promise<Response> {
  const { id, input, outputs = OUTPUTS } = await readRequest(request, bodyTimeoutMs);
  const unknown = outputs.find((name) => !OUTPUTS.includes(name));
  if (unknown !== undefined) {
    throw badRequest(`outputs must be ${OUTPUTS.join(" or ")}, got '${unknown.slice(0, 40)}'.`);
  }
  const { count, values } = readSamples(run.spec.network, input);
  const inspected = await inspect(
    PURPOSE,
    run,
    { epoch },
    context,
    (evaluator, { file, sha256 }) => evaluator.classify({ runId: run.id, file, sha256 }, values),
  );
  if (!inspected) throw noCheckpoint(PURPOSE, { epoch });
  const { checkpoint: { step }, value: { predicted, probabilities } } = inspected;
  const width = probabilities.length / count;
  const names = await classNames(run.spec.dataset, width, context);
  const steps = stepsPerEpoch(run.spec);
  const tensors = [
    {
      name: "probabilities",
      datatype: "FP32",
      shape: [count, width],
      data: [...probabilities],
    },
    {
      name: "classes",
      datatype: "BYTES",
      shape: [count],
      data: [...predicted].map((label) => names[label] ?? String(label)),
    },
  ];
  return Response.json({
    model_name: run.name,
    ...(step % steps === 0 ? { model_version: String(step / steps) } : {}),
    ...(id === undefined ? {} : { id }),
    outputs: tensors.filter(({ name }) => outputs.includes(name)),
  });
}
