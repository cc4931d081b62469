/**
 * Selection of a run's checkpoint: by file, name, epoch or step, or the newest. While a run trains,
 * new checkpoints replace old ones, except named ones.
 */
import type { GraphQLError } from "graphql";
import { type LabelledDataset, takeFirst } from "../../data/dataset.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { CheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import type { CheckpointInfo } from "../../runs/log/snapshot.ts";
import type { Run } from "../../runs/log/run.ts";
import type { ApiContext } from "../base/context.ts";
import { badInput, conflict, notFound, unavailable } from "../base/errors.ts";
import type { Classified } from "../../ml/metrics.ts";
import { z } from "zod";
import { builder } from "../base/builder.ts";
import { intBetween } from "../base/validators.ts";

/** The client's selection; empty means the newest. */
export interface CheckpointChoice {
  /** A file, or a name. No name is that of a file. */
  readonly checkpoint?: string | null | undefined;
  readonly epoch?: number | null | undefined;
  readonly step?: number | null | undefined;
}

/** A result and the checkpoint that it was computed from. */
export interface Inspected<T> {
  readonly checkpoint: CheckpointInfo;
  readonly value: T;
}

/** A checkpoint that has classified its run's test set. */
export interface Evaluated extends Classified {
  readonly test: LabelledDataset;
}

/**
 * The checkpoint that is meant, if it exists.
 *
 * @param purpose completes 'Cannot …'
 * @throws {GraphQLError} BAD_USER_INPUT if it is named in two ways
 */
export function chosen(
  purpose: string,
  run: Run,
  choice: CheckpointChoice,
): CheckpointInfo | null {
  checkChoice(purpose, choice);
  const { checkpoint, epoch, step } = choice;
  const { checkpoints } = run.snapshot;
  if (typeof checkpoint === "string") {
    const name = checkpoint.trim();
    return checkpoints.find(({ file }) => file === checkpoint) ??
      checkpoints.find((candidate) => candidate.name === name) ?? null;
  }
  const meant = typeof epoch === "number" ? epoch * stepsPerEpoch(run.spec) : step;
  if (typeof meant !== "number") return checkpoints.at(-1) ?? null;
  return checkpoints.findLast((candidate) => candidate.step === meant) ?? null;
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
  { store, evaluator }: Pick<ApiContext, "store" | "evaluator">,
  ask: (evaluator: CheckpointEvaluator, checkpoint: CheckpointInfo) => Promise<T>,
): Promise<Inspected<T> | null> {
  let meant = chosen(purpose, run, choice);
  while (meant) {
    if (!evaluator) {
      throw unavailable(`Cannot ${purpose}: this server does not read checkpoints.`);
    }
    try {
      return { checkpoint: meant, value: await ask(evaluator, meant) };
    } catch (error) {
      if (!(error instanceof CheckpointError && error.kind === "missing")) throw error;
      // A newer one may have taken its place since the run was read.
      const now = await store.get(run.id);
      const next = now && chosen(purpose, now, choice);
      // The log still lists it: an operator has to check the checkpoint store.
      if (next?.file === meant.file) throw error;
      meant = next ?? null;
    }
  }
  return null;
}

/**
 * Classifies the run's test set by the checkpoint that is meant, as long as the client is there; null if there is no
 * such checkpoint.
 */
export function evaluate(
  purpose: string,
  run: Run,
  choice: CheckpointChoice,
  context: Pick<ApiContext, "store" | "evaluator" | "datasets" | "request">,
): Promise<Inspected<Evaluated> | null> {
  return inspect(purpose, run, choice, context, async (evaluator, { file, sha256 }) => {
    const { dataset, testSamples } = run.spec;
    const test = takeFirst(await context.datasets.open(dataset, "test"), testSamples);
    const meant = { runId: run.id, file, sha256 };
    return { ...await evaluator.evaluate(meant, test, context.request?.signal), test };
  });
}

/** Explains that the selected checkpoint does not exist. */
export function noCheckpoint(
  purpose: string,
  { checkpoint, epoch, step }: CheckpointChoice,
): GraphQLError {
  const list = "Its field 'checkpoints' lists all.";
  if (typeof checkpoint === "string") {
    return notFound(
      `Cannot ${purpose}: the run has no checkpoint '${checkpoint}'. ${list}`,
    );
  }
  if (typeof epoch === "number" || typeof step === "number") {
    const place = typeof epoch === "number" ? `the end of epoch ${epoch}` : `step ${step}`;
    return notFound(
      `Cannot ${purpose}: the run has no checkpoint of ${place}: none was saved there, or it was deleted. ${list}`,
    );
  }
  return conflict(
    `Cannot ${purpose}: the run must have a checkpoint, got none. Ask again when an epoch of it ` +
      "has ended.",
  );
}

function checkChoice(purpose: string, { checkpoint, epoch, step }: CheckpointChoice): void {
  const given = Object.entries({ checkpoint, epoch, step })
    .filter(([, value]) => value !== null && value !== undefined);
  const [first, second] = given;
  if (!first || !second) return;
  const show = ([, value]: [string, unknown]) => typeof value === "string" ? `'${value}'` : value;
  throw badInput(
    `Cannot ${purpose}: ${first[0]} and ${second[0]} must not both be given, got ${
      show(first)
    } and ${show(second)}.`,
    [second[0]],
  );
}

const nameRule = z.string().max(128, {
  error: ({ input }) =>
    "Cannot find the checkpoint: checkpoint must be a name of up to 128 characters, " +
    `got ${String(input).length}.`,
});

/** @param purpose completes 'Cannot …' */
export function checkpointArgs(purpose: string) {
  return builder.args((t) => ({
    checkpoint: t.string({
      description: "Checkpoint, by its `file` or `name`.",
      validate: nameRule,
    }),
    epoch: t.int({
      description: "Checkpoint at the end of this epoch, from 1.",
      validate: intBetween(purpose, "epoch", 1),
    }),
  }));
}
