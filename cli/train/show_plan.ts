/**
 * The native engine's plan of one training step, as `deno task train --show-plan` prints it. It loads no native code.
 */
import { openLabelled } from "../../data/storage/open.ts";
import { graphsOf, layOutState } from "../../ml/engines/native/program.ts";
import { renderPlan } from "../../ml/engines/native/show_plan.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { planTraining } from "../../ml/training/plan.ts";

/** Renders the plan of a step on a full batch, or on all samples where they are fewer. */
export async function stepPlan(spec: TrainingSpec, dataFolder: string): Promise<string> {
  const [train, test] = await Promise.all([
    openLabelled(spec.dataset, "train", dataFolder),
    openLabelled(spec.dataset, "test", dataFolder),
  ]);
  const { plan, trained } = planTraining(spec, { train, test });
  const graphs = graphsOf(plan, layOutState(plan));
  return renderPlan(graphs.step(Math.min(plan.batchSize, trained.length)));
}
