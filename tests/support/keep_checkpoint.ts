/** Epochs of written runs that keep their checkpoints. */
import { checkpointName } from "../../ml/checkpoint/checkpoint.ts";
import { aCheckpoint } from "./fake_run.ts";
import type { TestServer } from "./start_server.ts";
import { SPEC, STEPS_PER_EPOCH, type WrittenRun } from "./written_run.ts";

/** Trains an epoch and keeps its checkpoint. */
export async function trainKept(
  server: Pick<TestServer, "home" | "checkpoints">,
  run: WrittenRun,
  epoch: number,
): Promise<void> {
  const step = epoch * STEPS_PER_EPOCH;
  const { path, ...event } = await aCheckpoint(server.home, SPEC, step, "epoch");
  const file = checkpointName(step);
  await server.checkpoints.put(run.key, file, path);
  await run.trainEpoch();
  await run.append({ ...event, file });
}
