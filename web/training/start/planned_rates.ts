/** The learning rates of a training that is not started yet. */
import { sampleRates } from "../../../ml/schedules/rates.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import { type DatasetShape, ratePlan, type TrainingRequest } from "../../../ml/spec/spec.ts";

const POINTS = 120;

/** Computes the learning rates of a request at equally spaced steps, first and last included; none if it has problems. */
export function plannedRates(
  request: TrainingRequest,
  dataset: DatasetShape,
): readonly number[] {
  const parsed = parseRequest(request, dataset);
  return parsed.ok ? sampleRates(ratePlan(parsed.draft), POINTS) : [];
}
