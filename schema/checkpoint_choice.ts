/**
 * Which checkpoint of a run a client means: by its file, by its epoch, or the newest. While a run is trained,
 * checkpoints go as new ones come.
 */
import type { GraphQLError } from "graphql";
import { z } from "zod";
import { type ImageDataset, takeFirst } from "../data/dataset.ts";
import { CheckpointError } from "../ml/checkpoint/error.ts";
import type { Classified } from "../ml/predict/network.ts";
import { stepsPerEpoch } from "../ml/spec.ts";
import type { Inspector } from "../runs/inspector.ts";
import type { CheckpointInfo } from "../runs/state.ts";
import type { Run } from "../runs/store.ts";
import type { ApiContext } from "./context.ts";
import { badInput, conflict, notFound, unavailable } from "./errors.ts";

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

/**
 * The checkpoint that is meant, if there is one (any more).
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT if two are named
 */
export function chosen(
  purpose: string,
  run: Run,
  { checkpoint, epoch }: CheckpointChoice,
): CheckpointInfo | null {
  if (typeof checkpoint === "string" && typeof epoch === "number") {
    throw badInput(
      `Cannot ${purpose}: checkpoint and epoch must not both be given, got '${checkpoint}' and ${epoch}.`,
      ["epoch"],
    );
  }
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
  let meant = chosen(purpose, run, choice);
  while (meant) {
    if (!inspector) {
      throw unavailable(`Cannot ${purpose}: this server does not read checkpoints.`);
    }
    try {
      return { checkpoint: meant, value: await ask(inspector, meant) };
    } catch (error) {
      if (!(error instanceof CheckpointError && error.kind === "missing")) throw error;
      // A newer one may have taken its place since the run was read.
      const now = await store.get(run.id);
      const next = now && chosen(purpose, now, choice);
      // The log still names it: whoever keeps checkpoints has to look.
      if (next?.file === meant.file) throw error;
      meant = next ?? null;
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

/** What a client is told that cannot do without a checkpoint, where the one that is meant is not there. */
export function noCheckpoint(
  purpose: string,
  { checkpoint, epoch }: CheckpointChoice,
): GraphQLError {
  if (typeof checkpoint === "string") {
    return notFound(
      `Cannot ${purpose}: the run has no checkpoint '${checkpoint}' (any more). Its field ` +
        "'checkpoints' lists all.",
    );
  }
  if (typeof epoch === "number") {
    return notFound(
      `Cannot ${purpose}: the run has no checkpoint of the end of epoch ${epoch} (any more, or yet). ` +
        "Its field 'checkpoints' lists all.",
    );
  }
  return conflict(
    `Cannot ${purpose}: the run must have a checkpoint, got none. Ask again when an epoch of it ` +
      "has ended.",
  );
}

/** The rule for an argument that names a checkpoint. */
export const checkpointRule = z.string().max(128, {
  error: ({ input }) =>
    "Cannot find the checkpoint: checkpoint must be a name of up to 128 characters, " +
    `got ${String(input).length}.`,
});
