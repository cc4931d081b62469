/** Carries out a worker's order: a training, or a list of the devices. */
import { openLabelled } from "../../data/storage/open.ts";
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { readWeights } from "../../ml/checkpoint/weights_file.ts";
import { listDevices, selectEngine } from "../../ml/engines/registry.ts";
import { train } from "../../ml/training/train.ts";
import type { TrainerOrder } from "../../runs/trainer/protocol.ts";
import { reply } from "./reply.ts";
import { saveCheckpoint } from "./save.ts";
import { reportUsage } from "./usage.ts";

/**
 * Carries out an order.
 *
 * @param stop ends a training after it has saved a checkpoint
 * @throws what keeps the order from being carried out
 */
export async function runOrder(order: TrainerOrder, stop: AbortSignal): Promise<void> {
  switch (order.type) {
    case "train":
      return await runTraining(order, stop);
    case "listDevices":
      return await reply({ type: "devices", devices: await listDevices(order) });
    default:
      order satisfies never;
  }
}

async function runTraining(
  { spec, dataFolder, threads, from, weights, checkpoints, lastEngine, canSetUp }: TrainerOrder & {
    readonly type: "train";
  },
  stop: AbortSignal,
): Promise<void> {
  const engine = await selectEngine(spec.device, {
    ...{ threads, engine: spec.engine, lastEngine, canSetUp },
    onFallback: (message) => void reply({ type: "log", level: "warning", message }),
  });
  const { startFrom, network } = spec;
  const [trainSet, testSet, checkpoint, firstWeights] = await Promise.all([
    openLabelled(spec.dataset, "train", dataFolder),
    openLabelled(spec.dataset, "test", dataFolder),
    from === undefined ? undefined : readCheckpoint(from, { spec }),
    from !== undefined || weights === undefined || startFrom === null
      ? undefined
      : readWeights(weights, network, startFrom.sha256),
  ]);
  const events = train(spec, {
    engine,
    train: trainSet,
    test: testSet,
    from: checkpoint,
    weights: firstWeights,
    stop,
    saving: checkpoints && {
      every: checkpoints.every,
      save: (checkpoint, request) => saveCheckpoint(checkpoint, request, checkpoints.folder, stop),
    },
  });
  for await (const event of events) {
    await reply(event);
    if (event.type === "started") reportUsage();
  }
}
