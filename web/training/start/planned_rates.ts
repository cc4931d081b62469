/** The learning rates of a training that is not started yet. */
import { DEFAULT_DATASET, describeDataset } from "../../../data/catalog.ts";
import { learningRateAt } from "../../../ml/schedules/rates.ts";
import { ratePlan } from "../../../ml/spec/spec.ts";
import { completeSpec, parseRequest } from "../../../ml/spec/resolve.ts";
import { stepsPerEpoch, type TrainingRequest } from "../../../ml/spec/spec.ts";

const POINTS = 120;

/** Computes the learning rates of a request at equally spaced steps, first and last included; none if it has problems. */
export function plannedRates(request: TrainingRequest): readonly number[] {
  const parsed = parseRequest(request, describeDataset(DEFAULT_DATASET));
  if (!parsed.ok) return [];
  const spec = completeSpec(parsed.draft, () => 0);
  const last = stepsPerEpoch(spec) * spec.epochs - 1;
  const count = Math.min(POINTS, last + 1);
  const plan = ratePlan(spec);
  return Array.from(
    { length: count },
    (_, at) => learningRateAt(plan, count === 1 ? 0 : Math.round(at * last / (count - 1))),
  );
}
