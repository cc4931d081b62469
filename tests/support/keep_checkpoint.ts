/** Epochs of written runs that keep their checkpoints. */
import { checkpointName } from "../../ml/checkpoint/checkpoint.ts";
import { aCheckpoint, type Weights } from "./fake_run.ts";
import type { TestServer } from "./start_server.ts";
import { STEPS_PER_EPOCH, type WrittenRun } from "./written_run.ts";

/**
 * Trains an epoch and keeps its checkpoint.
 *
 * @param weights values of the network's arrays; of the others it does not matter
 */
export async function trainKept(
  { home, checkpoints }: Pick<TestServer, "home" | "checkpoints">,
  run: WrittenRun,
  epoch: number,
  weights?: Weights,
): Promise<void> {
  const { spec } = run.claim.run;
  const step = epoch * STEPS_PER_EPOCH;
  const { path, ...event } = await aCheckpoint(home, spec, step, { reason: "epoch", weights });
  const file = checkpointName(step);
  await checkpoints.put(run.key, file, path);
  await run.trainEpoch();
  await run.append({ ...event, file });
}
