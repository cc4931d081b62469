/**
 * A run's evaluation for the pictures of its results: the confusion matrix of its last epoch, from the log,
 * and the kernels of its newest checkpoint.
 */
import { datasetTitle } from "../../data/catalog.ts";
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import { listKernels } from "../../ml/network/network.ts";
import type { ConfusionCounts } from "../../pictures/confusion_svg.ts";
import { placeInTraining } from "../../pictures/frame.ts";
import type { Kernels } from "../../pictures/kernels_svg.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunEvent } from "../../runs/log/event.ts";

/** Evaluations to draw, each with its place in the training. */
export interface Learned {
  readonly confusion?: ConfusionCounts & { readonly samples: string; readonly place: string };
  readonly kernels?: Kernels & { readonly place: string };
  /** The steps of a run without an epoch, as SVG. */
  readonly curves?: string;
}

/**
 * Reads the confusion matrix of the last epoch from the log.
 *
 * @param names the names of the classes; their labels where they are not known
 */
export function confusionOf(
  run: Run,
  epochs: readonly RunEvent<"epoch">[],
  names: readonly string[] | undefined,
): Learned {
  const last = epochs.at(-1);
  if (!last?.confusion) return {};
  const classes = names ?? last.confusion.map((_, label) => String(label));
  const { stepsPerEpoch } = run.snapshot;
  return {
    confusion: {
      classes,
      counts: last.confusion,
      samples: `${datasetTitle(run.spec.dataset)} test set`,
      place: placeInTraining({ epoch: last.number, step: last.number * (stepsPerEpoch ?? 0) }),
    },
  };
}

/**
 * Reads the kernels of the first convolution from the newest checkpoint.
 *
 * @param folder a folder for a copy of the checkpoint; the copy is left there
 * @throws {CheckpointError} if the checkpoint cannot be read
 */
export async function kernelsOf(
  { id, spec, snapshot: { lastCheckpoint } }: Run,
  checkpoints: CheckpointStore,
  folder: string,
): Promise<Learned> {
  const [first] = listKernels(spec.network);
  if (!lastCheckpoint || !first) return {};
  const { file, sha256 } = lastCheckpoint;
  const path = await checkpoints.fetch(id, file, folder, { sha256 });
  const { state } = await readCheckpoint(path);
  const weights = state.find(({ name }) => name === first.parameter);
  if (!weights) return {};
  const [out = 0, channels = 0, height = 0, width = 0] = weights.shape;
  return {
    kernels: {
      layer: first.layer,
      shape: [out, channels, height, width],
      values: weights.values,
      place: placeInTraining(lastCheckpoint),
    },
  };
}
