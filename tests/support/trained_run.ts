/** Real trainings, done once, whose events and checkpoints tests append to the logs of runs. */
import { fail } from "@std/assert";
import { join } from "node:path";
import { checkpointName, writeCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { stepsPerEpoch, type TrainingSpec } from "../../ml/spec/spec.ts";
import type { EpochEvent, TrainingEvent } from "../../ml/training/events.ts";
import { train } from "../../ml/training/train.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import type { CheckpointEvent } from "../../runs/log/events/checkpoints/checkpoint.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { mnist } from "../ml/support/datasets.ts";
import { cpuEngine } from "../ml/support/tensorflow.ts";
import { aSpec } from "./fake_run.ts";
import { apiId, claimRun } from "./written_run.ts";

/** Spec of a training that is enough to classify a digit drawn by hand. */
export const LEARNING_SPEC: TrainingSpec = aSpec({
  learningRate: 0.1,
  trainSamples: 4000,
  testSamples: 500,
});

/** A training on MNIST. */
export interface TrainedRun {
  readonly events: readonly TrainingEvent[];
  /** The checkpoint after each epoch, and its file. */
  readonly checkpoints: readonly { readonly event: CheckpointEvent; readonly path: string }[];
}

/** A run that learns on request. */
export interface LearningRun {
  readonly id: string;
  /** Logs its next epoch; the last one completes it. */
  learn(): Promise<void>;
  /** Logs all remaining epochs. */
  finish(): Promise<void>;
}

/** Makes runs of the same training. */
export interface Teacher {
  /** Starts a run without a checkpoint. */
  start(name: string): Promise<LearningRun>;
}

/** Trains on MNIST, and keeps the checkpoints in a folder. */
export async function trainOnce(spec: TrainingSpec, folder: string): Promise<TrainedRun> {
  const checkpoints: { event: CheckpointEvent; path: string }[] = [];
  const training = train(spec, {
    engine: await cpuEngine(),
    train: await mnist("train", spec.trainSamples),
    test: await mnist("test", spec.testSamples),
    saving: {
      largestShare: 1,
      async save(checkpoint, { testAcc }) {
        const { step } = checkpoint;
        const epoch = step / stepsPerEpoch(spec);
        const path = join(folder, `epoch-${epoch}.safetensors`);
        const written = await writeCheckpoint(path, checkpoint);
        const file = checkpointName(step);
        checkpoints.push({
          event: { type: "checkpoint", step, epoch, file, ...written, reason: "epoch", testAcc },
          path,
        });
      },
    },
  });
  return { events: await Array.fromAsync(training), checkpoints };
}

/**
 * Trains once.
 *
 * @param home the server's data folder, which holds the checkpoints
 */
export async function trainTeacher(store: RunStore, home: string): Promise<Teacher> {
  const spec = LEARNING_SPEC;
  const perEpoch = stepsPerEpoch(spec);
  const files = openFolderStore(join(home, "checkpoints"));
  const { events, checkpoints } = await trainOnce(spec, home);
  const epochs = events.filter((event): event is EpochEvent => event.type === "epoch");
  return {
    async start(name) {
      const { run: { id } } = await store.create({ name, spec });
      const { append } = await claimRun(store, { id: apiId(id) });
      let epoch = 0;
      const learn = async () => {
        const [event, checkpoint] = [epochs[epoch], checkpoints[epoch]];
        if (!event || !checkpoint) fail(`The run must have epochs left, got ${epoch}.`);
        epoch++;
        await files.put(id, checkpoint.event.file, checkpoint.path);
        await append(
          {
            type: "batches",
            epoch,
            firstStep: (epoch - 1) * perEpoch + 1,
            losses: new Array<number>(perEpoch).fill(Math.fround(event.trainLoss)),
            accs: new Array<number>(perEpoch).fill(Math.fround(event.trainAcc)),
            samplesPerSecond: 8000,
          },
          event,
          checkpoint.event,
          ...(epoch === spec.epochs ? [{ type: "completed" } as const] : []),
        );
      };
      return {
        id,
        learn,
        async finish() {
          while (epoch < spec.epochs) await learn();
        },
      };
    },
  };
}
