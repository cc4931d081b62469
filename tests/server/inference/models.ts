/** Runs with checkpoints of made-up networks, for tests of inference. */
import { join } from "node:path";
import { checkpointName, writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { stateShapes } from "../../../ml/checkpoint/state_shapes.ts";
import { elementCount } from "../../../ml/graph/tensor.ts";
import type { Network } from "../../../ml/network/network.ts";
import { modelOf } from "../../exports/models.ts";
import type { TestServer } from "../../support/start_server.ts";
import { apiId, claimRun, SPEC, STEPS_PER_EPOCH } from "../../support/written_run.ts";

/** Writes a run of a network, with a checkpoint after its first epoch; returns its weights. */
export async function writeRun(
  { store, checkpoints, home }: Pick<TestServer, "store" | "checkpoints" | "home">,
  name: string,
  network: Network,
) {
  const spec = { ...SPEC, network, recipe: null };
  const { run: { id } } = await store.create({ name, spec });
  const run = await claimRun(store, { id: apiId(id) });
  const { weights } = modelOf(network);
  const values = new Map(weights.map(({ name, values }) => [name, values]));
  const path = join(home, "written");
  const written = await writeCheckpoint(path, {
    spec,
    step: STEPS_PER_EPOCH,
    epoch: 2,
    epochLoss: 0,
    epochCorrect: 0,
    epochSeconds: 0,
    scheduleState: null,
    earlyStopping: null,
    device: "CPU (a test)",
    engine: "made up",
    state: [...stateShapes(spec)].map(([name, shape]) => ({
      name,
      shape,
      values: values.get(name) ?? new Float32Array(elementCount(shape)),
    })),
  });
  const file = checkpointName(STEPS_PER_EPOCH);
  await checkpoints.put(id, file, path);
  await run.trainEpoch();
  await run.append({
    type: "checkpoint",
    step: STEPS_PER_EPOCH,
    epoch: 1,
    file,
    ...written,
    reason: "epoch",
    testAcc: 0.5,
  });
  return weights;
}
