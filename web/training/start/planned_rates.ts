/** The learning rates of a training that is not started yet. */
import { DEFAULT_DATASET, describeDataset } from "../../../data/catalog.ts";
import { sampleRates } from "../../../ml/schedules/rates.ts";
import { parseRequest } from "../../../ml/spec/resolve.ts";
import { ratePlan, type TrainingRequest } from "../../../ml/spec/spec.ts";

const POINTS = 120;

/** Computes the learning rates of a request at equally spaced steps, first and last included; none if it has problems. */
export function plannedRates(request: TrainingRequest): readonly number[] {
  const parsed = parseRequest(request, describeDataset(DEFAULT_DATASET));
  return parsed.ok ? sampleRates(ratePlan(parsed.draft), POINTS) : [];
}
