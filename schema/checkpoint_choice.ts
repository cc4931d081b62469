/**
 * Which checkpoint of a run a client means: by its file, by its epoch, or the newest. While a run is trained,
 * checkpoints go as new ones come.
 */
import { z } from "zod";
import { type ImageDataset, takeFirst } from "../data/dataset.ts";
import { CheckpointError } from "../ml/checkpoint/error.ts";
import type { Classified } from "../ml/predict/network.ts";
import { stepsPerEpoch } from "../ml/spec.ts";
import type { Inspector } from "../runs/inspector.ts";
import type { CheckpointInfo } from "../runs/state.ts";
import type { Run, RunStore } from "../runs/store.ts";
import type { ApiContext } from "./context.ts";
import { badInput, unavailable } from "./errors.ts";

/** What a client says: nothing means the newest. */
export interface CheckpointChoice {
  readonly checkpoint?: string | null | undefined;
  readonly epoch?: number | null | undefined;
}

/** What was asked of a checkpoint, and the checkpoint. */
export interface Inspected<T> {
  readonly checkpoint: CheckpointInfo;
  readonly value: T;
}

/** A checkpoint that has classified its run's test set. */
export interface Evaluated extends Classified {
  readonly test: ImageDataset;
}

/** The checkpoint that is meant, if there is one (any more). */
export function chosen(run: Run, { checkpoint, epoch }: CheckpointChoice): CheckpointInfo | null {
  const { checkpoints } = run.snapshot;
  if (checkpoint !== null && checkpoint !== undefined) {
    return checkpoints.find(({ file }) => file === checkpoint) ?? null;
  }
  if (epoch === null || epoch === undefined) return checkpoints.at(-1) ?? null;
  const step = epoch * stepsPerEpoch(run.spec);
  return checkpoints.findLast((candidate) => candidate.step === step) ?? null;
}

/**
 * Asks something of the checkpoint that is meant.
 *
 * @param purpose completes 'Cannot …'
 * @returns null if there is no such checkpoint
 * @throws {GraphQLError} BAD_USER_INPUT if two are named, UNAVAILABLE if checkpoints cannot be looked into
 */
export async function inspect<T>(
  purpose: string,
  run: Run,
  choice: CheckpointChoice,
  { store, inspector }: Pick<ApiContext, "store" | "inspector">,
  ask: (inspector: Inspector, checkpoint: CheckpointInfo) => Promise<T>,
): Promise<Inspected<T> | null> {
  const { checkpoint, epoch } = choice;
  if (typeof checkpoint === "string" && typeof epoch === "number") {
    throw badInput(
      `Cannot ${purpose}: checkpoint and epoch must not both be given, got '${checkpoint}' and ${epoch}.`,
      ["epoch"],
    );
  }
  let meant = chosen(run, choice);
  while (meant) {
    if (!inspector) {
      throw unavailable(`Cannot ${purpose}: this server does not read checkpoints.`);
    }
    try {
      return { checkpoint: meant, value: await ask(inspector, meant) };
    } catch (error) {
      if (!(error instanceof CheckpointError && error.kind === "missing")) throw error;
      // A newer one may have taken its place since the run was read.
      meant = await another(store, run, choice, meant, error);
    }
  }
  return null;
}

/** Classifies the run's test set by the checkpoint that is meant; null if there is no such checkpoint. */
export function evaluate(
  purpose: string,
  run: Run,
  choice: CheckpointChoice,
  context: Pick<ApiContext, "store" | "inspector" | "datasets">,
): Promise<Inspected<Evaluated> | null> {
  return inspect(purpose, run, choice, context, async (inspector, { file, sha256 }) => {
    const { dataset, testSamples } = run.spec;
    const test = takeFirst(await context.datasets.open(dataset, "test"), testSamples);
    return { ...await inspector.evaluate({ runId: run.id, file, sha256 }, test), test };
  });
}

/** The rule for an argument that names a checkpoint. */
export const checkpointRule = z.string().max(128, {
  error: ({ input }) =>
    "Cannot find the checkpoint: checkpoint must be a name of up to 128 characters, " +
    `got ${String(input).length}.`,
});

async function another(
  store: RunStore,
  run: Run,
  choice: CheckpointChoice,
  missing: CheckpointInfo,
  error: CheckpointError,
): Promise<CheckpointInfo | null> {
  const now = await store.get(run.id);
  const next = now && chosen(now, choice);
  // The log still names it: whoever keeps checkpoints has to look.
  if (next?.file === missing.file) throw error;
  return next ?? null;
}
