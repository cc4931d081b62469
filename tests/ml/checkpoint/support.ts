/** Shared by the tests of checkpoints: states of the right shapes, and comparisons. */
import { assertFails } from "../../support/errors.ts";
import { join } from "node:path";
import type { Checkpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { CheckpointError, type CheckpointErrorKind } from "../../../ml/checkpoint/error.ts";
import { stateShapes } from "../../../ml/checkpoint/state_shapes.ts";
import { elementCount } from "../../../ml/graph/tensor.ts";
import { DEFAULT_RECIPE, type Recipe, RECIPES } from "../../../ml/spec/recipes.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import type { TrainingSpec } from "../../../ml/spec/spec.ts";
import type { StateArray } from "../../../ml/state.ts";

/** A state of the right names and shapes, other values for every seed. */
export function aState(recipe: Recipe = DEFAULT_RECIPE, seed = 1): readonly StateArray[] {
  return [...stateShapes(RECIPES[recipe])].map(([name, shape], place) => ({
    name,
    shape,
    values: Float32Array.from(
      { length: elementCount(shape) },
      (_, index) => Math.sin(seed + place * 31 + index),
    ),
  }));
}

/** A spec of three epochs of four steps. */
export function aSpec(recipe: Recipe = DEFAULT_RECIPE): TrainingSpec {
  return resolveSpec({
    recipe,
    epochs: 3,
    batchSize: 32,
    learningRate: 0.1 + 0.2,
    seed: 2 ** 31 - 1,
    device: "CPU",
  }, { trainSize: 100, testSize: 30 });
}

/** A checkpoint in the second of three epochs of four steps. */
export function aCheckpoint(change: Partial<Checkpoint> = {}): Checkpoint {
  const { spec = aSpec() } = change;
  return {
    spec,
    step: 6,
    epoch: 2,
    epochLoss: 64 * Math.LN10,
    epochCorrect: 41,
    epochSeconds: 1 / 3,
    scheduleState: null,
    earlyStopping: null,
    device: "CPU (a test, 2 threads)",
    engine: "made up 1.0",
    state: aState(spec.recipe ?? undefined),
    ...change,
  };
}

/** Returns a check for a CheckpointError of a kind with a message like this. */
export function ofKind(kind: CheckpointErrorKind, message = /./) {
  return (error: unknown): boolean =>
    error instanceof CheckpointError && error.kind === kind && message.test(error.message);
}

/** Asserts that a promise is rejected with a CheckpointError of a kind with a message like this. */
export function assertKind(
  work: Promise<unknown> | (() => Promise<unknown>),
  kind: CheckpointErrorKind,
  message?: RegExp,
): Promise<void> {
  return assertFails(work, ofKind(kind, message));
}

/** A checkpoint with its values as bits, to compare. */
export function bitsOf({ state, ...manifest }: Checkpoint) {
  return {
    ...manifest,
    state: Object.fromEntries(
      state.map(({ name, shape, values }) => [
        name,
        { shape, bits: new Uint32Array(values.slice().buffer) },
      ]),
    ),
  };
}

/** Everything in a folder and below, by its path there. */
export async function namesUnder(folder: string, below = ""): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(join(folder, below))) {
    const path = join(below, entry.name);
    if (entry.isDirectory) names.push(...await namesUnder(folder, path));
    else names.push(path);
  }
  return names.toSorted();
}
