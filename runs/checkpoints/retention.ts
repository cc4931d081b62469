/** Retention of a run's checkpoints: the last ones, the best one and the named ones are kept. */

/** A checkpoint as the log describes it. */
export interface CheckpointFacts {
  /** Its name in the store. */
  readonly name: string;
  readonly step: number;
  /** The epoch that was in training. */
  readonly epoch: number;
  /** The test accuracy of just these weights; null where they were not tested: within an epoch. */
  readonly testAcc: number | null;
  /** The same on the samples for validation, which decide where there are some. */
  readonly validationAcc?: number | null | undefined;
  /** The user's name for it. Named checkpoints are never removed. */
  readonly label: string | null;
}

/** Default number of last checkpoints to keep. */
export const KEPT_LAST = 3;

/** The names to keep and to remove: together all that were given, each once. */
export interface Retention {
  readonly keep: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Divides a run's checkpoints.
 *
 * @param checkpoints in the order of the log; the last entry of a name applies
 * @param options.last number of last checkpoints to keep: 1 or more, as a run resumes from its last
 */
export function retain(
  checkpoints: readonly CheckpointFacts[],
  { last = KEPT_LAST }: { readonly last?: number } = {},
): Retention {
  if (!Number.isInteger(last) || last < 1) {
    throw new RangeError(`Cannot keep the last ${last} checkpoints: it must be 1 or more.`);
  }
  const byName = new Map<string, CheckpointFacts>();
  for (const checkpoint of checkpoints) {
    // A repeated name moves to the end.
    byName.delete(checkpoint.name);
    byName.set(checkpoint.name, checkpoint);
  }
  const all = [...byName.values()];
  const kept = new Set([
    ...all.slice(-last),
    ...all.filter(({ label }) => label !== null),
    ...bestOf(all),
  ]);
  return {
    keep: all.filter((checkpoint) => kept.has(checkpoint)).map(({ name }) => name),
    remove: all.filter((checkpoint) => !kept.has(checkpoint)).map(({ name }) => name),
  };
}

/** The one with the best accuracy: of equals the first, which took the least training. */
function bestOf(checkpoints: readonly CheckpointFacts[]): readonly CheckpointFacts[] {
  let best: CheckpointFacts | undefined;
  for (const checkpoint of checkpoints) {
    const acc = decidingAcc(checkpoint);
    if (acc === null) continue;
    if (best === undefined || acc > (decidingAcc(best) ?? 0)) best = checkpoint;
  }
  return best ? [best] : [];
}

/** Returns the accuracy by which checkpoints are compared: choosing by the test set would spoil the test. */
function decidingAcc({ testAcc, validationAcc }: CheckpointFacts): number | null {
  return validationAcc ?? testAcc;
}
