/**
 * What a run's checkpoints have learned: classifies images by any of them, and a whole test set once. It reads checkpoints
 * wherever they are kept, and leaves nothing of them on this machine.
 */
import type { ImageDataset } from "../data/dataset.ts";
import { readCheckpoint } from "../ml/checkpoint/checkpoint.ts";
import type { StateArray } from "../ml/engines/engine.ts";
import type { Classified } from "../ml/predict/network.ts";
import { type CheckpointSource, createClassifier } from "../ml/predict/thread.ts";
import type { CheckpointStore } from "./checkpoints/store.ts";
import { keepLast } from "./kept.ts";
import type { CheckpointInfo } from "./state.ts";

/** A checkpoint of a run, as the log names it. */
export interface InspectedCheckpoint extends Pick<CheckpointInfo, "file" | "sha256"> {
  readonly runId: string;
}

/** Looks into checkpoints. */
export interface Inspector {
  /**
   * Classifies a few images; soon, also while a test set is worked on.
   *
   * @param images pixels 0..255, [count, height, width, channels]
   * @throws {CheckpointError} if the checkpoint cannot be had or read: 'missing' if it was removed meanwhile
   */
  classify(checkpoint: InspectedCheckpoint, images: Uint8Array): Promise<Classified>;
  /**
   * Classifies a test set; one after the other, and each once for all who ask.
   *
   * @param test the run's own test samples
   * @throws {CheckpointError} as classify() does
   */
  evaluate(checkpoint: InspectedCheckpoint, test: ImageDataset): Promise<Classified>;
  /**
   * Reads one array of a checkpoint, in PyTorch's layout.
   *
   * @param name 'conv1.weight'
   * @throws {RangeError} if it has no such array
   * @throws {CheckpointError} as classify() does
   */
  weights(checkpoint: InspectedCheckpoint, name: string): Promise<StateArray>;
  /** Ends what is going on. */
  close(): void;
}

/** What an inspector is made of. */
export interface InspectorOptions {
  /** Where checkpoints are kept; asked for when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
  /** A folder for what is there for a moment only; it is made if it is not there. */
  readonly scratch: string;
}

/** Single images wait for so many of a test set: some 50 ms. */
const BATCH = 100;

/** How many evaluations are kept. Each has 0.5 MB. */
const KEPT = 32;

/** How many arrays are kept. Kernels have up to 0.2 MB. */
const KEPT_ARRAYS = 32;

/** Makes an inspector. */
export function createInspector({ checkpoints, scratch }: InspectorOptions): Inspector {
  const classifier = createClassifier();
  const evaluations = new Map<string, Promise<Classified>>();
  const arrays = keepLast<StateArray>(KEPT_ARRAYS);
  let last: Promise<unknown> = Promise.resolve();

  const sourceOf = ({ runId, file, sha256 }: InspectedCheckpoint): CheckpointSource => ({
    sha256,
    async lend(use) {
      const store = await checkpoints();
      await Deno.mkdir(scratch, { recursive: true });
      const folder = await Deno.makeTempDir({ dir: scratch, prefix: "inspected-" });
      try {
        return await use(await store.fetch(runId, file, folder, { sha256 }));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
  const evaluate = async (
    checkpoint: InspectedCheckpoint,
    { images, count, classes, imageShape: [height, width, channels] }: ImageDataset,
  ): Promise<Classified> => {
    const source = sourceOf(checkpoint);
    const size = height * width * channels;
    const predicted = new Int32Array(count);
    const probabilities = new Float32Array(count * classes.length);
    for (let begin = 0; begin < count; begin += BATCH) {
      const end = Math.min(begin + BATCH, count);
      const part = await classifier.classify(source, images.slice(begin * size, end * size));
      predicted.set(part.predicted, begin);
      probabilities.set(part.probabilities, begin * classes.length);
    }
    return { predicted, probabilities };
  };

  return {
    classify: (checkpoint, images) => classifier.classify(sourceOf(checkpoint), images),
    evaluate(checkpoint, test) {
      const key = `${checkpoint.sha256}/${test.name}/${test.split}/${test.count}`;
      const known = evaluations.get(key);
      const evaluation = known ?? last.then(() => evaluate(checkpoint, test));
      if (!known) {
        last = evaluation.catch(() => {});
        // What failed may be there at the next try.
        evaluation.catch(() => evaluations.delete(key));
      }
      evaluations.delete(key);
      evaluations.set(key, evaluation);
      for (const oldest of evaluations.keys()) {
        if (evaluations.size <= KEPT) break;
        evaluations.delete(oldest);
      }
      return evaluation;
    },
    weights(checkpoint, name) {
      const { sha256 } = checkpoint;
      return arrays.get(`${sha256}/${name}`, async () => {
        const { state } = await sourceOf(checkpoint).lend((path) =>
          readCheckpoint(path, { sha256 })
        );
        const found = state.find((array) => array.name === name);
        if (found) return found;
        throw new RangeError(
          `Cannot read weights: the checkpoint's array must be one of ${
            state.map((array) => array.name).join(", ")
          }, got '${name}'.`,
        );
      });
    },
    close: classifier.close,
  };
}
