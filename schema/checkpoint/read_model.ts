/** Reads the model that a checkpoint holds, with what describes it, for exports. */
import type { TrainedModel } from "../../exports/model.ts";
import { outputShape } from "../../ml/network/network.ts";
import type { Run } from "../../runs/log/run.ts";
import type { ApiContext } from "../base/context.ts";
import { classNames, describeTrained, type DescribingContext } from "../dataset/find_dataset.ts";
import { type CheckpointChoice, inspect, type Inspected } from "./checkpoint_choice.ts";

/**
 * Reads a model.
 *
 * @param purpose completes 'Cannot …'
 * @returns null if there is no such checkpoint
 * @throws {GraphQLError} as inspect() does
 */
export async function readModel(
  purpose: string,
  run: Run,
  choice: CheckpointChoice,
  context: Pick<ApiContext, "store" | "evaluator" | "request"> & DescribingContext,
): Promise<Inspected<TrainedModel> | null> {
  const inspected = await inspect(
    purpose,
    run,
    choice,
    context,
    (evaluator, { file, sha256 }) =>
      evaluator.model({ runId: run.id, file, sha256 }, context.request?.signal),
  );
  if (!inspected) return null;
  const { checkpoint, value: weights } = inspected;
  const { network, dataset } = run.spec;
  const [classes = 0] = outputShape(network);
  return {
    checkpoint,
    value: {
      run: { id: run.id, name: run.name },
      network,
      weights,
      dataset,
      classes: await classNames(dataset, classes, context),
      preprocessing: (await describeTrained(dataset, context))?.preprocessing ?? null,
      epoch: checkpoint.weightsEpoch ?? checkpoint.epoch,
      step: checkpoint.step,
      testAcc: checkpoint.testAcc,
    },
  };
}
