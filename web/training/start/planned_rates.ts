/** The learning rates of a training that is not started yet. */
import { sampleRates } from "../../../ml/schedules/rates.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import { type DatasetShape, ratePlan, type TrainingRequest } from "../../../ml/spec/spec.ts";

const POINTS = 120;

/** The settings that learning rates depend on. */
const FIELDS = [
  ...["recipe", "epochs", "batchSize", "learningRate", "trainSamples", "validationShare"] as const,
  ...["schedule", "warmup"] as const,
] satisfies readonly (keyof TrainingRequest)[];

/** Stands for any network of one's own, where its layers do not matter: it takes images and vectors. */
export const ANY_NETWORK = { preset: "MLP" } as const;

/**
 * Computes the learning rates of a request at equally spaced steps, first and last included; none if the settings that
 * they depend on have problems.
 */
export function plannedRates(
  request: TrainingRequest,
  dataset: DatasetShape,
): readonly number[] {
  const settings = Object.fromEntries(FIELDS.map((field) => [field, request[field]]));
  const network = request.network === undefined ? {} : { network: ANY_NETWORK };
  const parsed = parseRequest({ ...settings, ...network }, dataset);
  return parsed.ok ? sampleRates(ratePlan(parsed.draft), POINTS) : [];
}
