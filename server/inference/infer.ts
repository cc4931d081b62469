/** Answers inference requests by the predictor that the API's `predict` uses. */
import type { Run } from "../../runs/log/run.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { inspect, noCheckpoint } from "../../schema/checkpoint/checkpoint_choice.ts";
import { classNames } from "../../schema/dataset/find_dataset.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { packedResponse } from "./encoding.ts";
import { chooseOutputs, writeOutputs } from "./outputs.ts";
import { readRequest } from "./read_request.ts";
import { readSamples } from "./tensors.ts";

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
  const asked = await readRequest(request, bodyTimeoutMs);
  const { id, input } = asked;
  const chosen = chooseOutputs(asked);
  const { count, values } = readSamples(run.spec.network, input);
  const inspected = await inspect(
    PURPOSE,
    run,
    { epoch },
    context,
    (evaluator, { file, sha256 }) => evaluator.classify({ runId: run.id, file, sha256 }, values),
  );
  if (!inspected) throw noCheckpoint(PURPOSE, { epoch });
  const { checkpoint: { step }, value: answers } = inspected;
  const width = answers.probabilities.length / count;
  const names = await classNames(run.spec.dataset, width, context);
  const steps = stepsPerEpoch(run.spec);
  const head = {
    model_name: run.name,
    ...(step % steps === 0 ? { model_version: String(step / steps) } : {}),
    ...(id === undefined ? {} : { id }),
  };
  const { body, headers } = writeOutputs(head, chosen, {
    ...answers,
    classNames: [...answers.predicted].map((label) => names[label] ?? String(label)),
  });
  return await packedResponse(request, body, headers);
}
