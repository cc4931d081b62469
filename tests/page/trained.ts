/** A real training, done once, whose epochs are logged when a test asks for them. */
import { join } from "node:path";
import type { EpochEvent } from "../../ml/training/events.ts";
import { checkpointName, writeCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { train } from "../../ml/training/train.ts";
import { openFolderStore } from "../../runs/checkpoints/folder.ts";
import type { CheckpointEvent } from "../../runs/log/events/checkpoints/checkpoint.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { mnist } from "../ml/support/datasets.ts";
import { cpuEngine } from "../ml/support/tensorflow.ts";

/** Enough to classify a digit drawn by hand. */
export const SPEC = resolveSpec({
  recipe: "BASIC_CNN",
  dataset: "mnist",
  epochs: 3,
  batchSize: 32,
  learningRate: 0.1,
  seed: 1,
  device: "CPU",
  trainSamples: 4000,
  testSamples: 500,
}, { trainSize: 60_000, testSize: 10_000 });

/** An epoch, and the checkpoint after it. */
interface TrainedEpoch {
  readonly event: EpochEvent;
  readonly checkpoint: CheckpointEvent;
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

/**
 * Trains once.
 *
 * @param home the server's data folder, which holds the checkpoints
 */
export async function trainTeacher(store: RunStore, home: string): Promise<Teacher> {
  const checkpoints = openFolderStore(join(home, "checkpoints"));
  const perEpoch = stepsPerEpoch(SPEC);
  const fileOf = (epoch: number) => join(home, `epoch-${epoch}.safetensors`);
  const saved: CheckpointEvent[] = [];
  const events: EpochEvent[] = [];
  const training = train(SPEC, {
    engine: await cpuEngine(),
    train: await mnist("train", SPEC.trainSamples),
    test: await mnist("test", SPEC.testSamples),
    saving: {
      largestShare: 1,
      async save(checkpoint, { testAcc }) {
        const { step } = checkpoint;
        const epoch = step / perEpoch;
        const { bytes, sha256 } = await writeCheckpoint(fileOf(epoch), checkpoint);
        const file = checkpointName(step);
        saved.push({
          type: "checkpoint",
          step,
          epoch,
          file,
          bytes,
          sha256,
          reason: "epoch",
          testAcc,
        });
      },
    },
  });
  for await (const event of training) if (event.type === "epoch") events.push(event);
  const epochs = events.flatMap((event, index): TrainedEpoch[] => {
    const checkpoint = saved[index];
    return checkpoint ? [{ event, checkpoint }] : [];
  });

  return {
    async start(name) {
      const { run: { id } } = await store.create({ name, spec: SPEC });
      const claim = await store.claim({ worker: "teacher", leaseMs: 600_000, runId: id });
      if (!claim) throw new Error("The run must be there to be claimed.");
      let appends = 0;
      let epoch = 0;
      await store.append(claim, ++appends, [{
        type: "started",
        device: "CPU (a test, 2 threads)",
        engine: "TensorFlow",
        stepsPerEpoch: perEpoch,
        steps: perEpoch * SPEC.epochs,
        parameters: 121_930,
      }]);
      const learn = async () => {
        const learned = epochs[epoch++];
        if (!learned) throw new Error(`The run must have epochs left, got ${epoch}.`);
        const { event, checkpoint } = learned;
        await checkpoints.put(id, checkpoint.file, fileOf(epoch));
        await store.append(claim, ++appends, [
          {
            type: "batches",
            epoch,
            firstStep: (epoch - 1) * perEpoch + 1,
            losses: new Array<number>(perEpoch).fill(Math.fround(event.trainLoss)),
            accs: new Array<number>(perEpoch).fill(Math.fround(event.trainAcc)),
            samplesPerSecond: 8000,
          },
          event,
          checkpoint,
          ...(epoch === SPEC.epochs ? [{ type: "completed" } as const] : []),
        ]);
      };
      return {
        id,
        learn,
        async finish() {
          while (epoch < SPEC.epochs) await learn();
        },
      };
    },
  };
}
