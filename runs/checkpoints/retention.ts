/** Which of a run's checkpoints are kept: the last ones, the best one, and those that somebody gave a name. */

/** What the log tells of a checkpoint. */
export interface CheckpointFacts {
  /** Its name in the store. */
  readonly name: string;
  readonly step: number;
  /** The epoch that was in training. */
  readonly epoch: number;
  /** The test accuracy of just these weights; null where they were not tested: within an epoch. */
  readonly testAcc: number | null;
  /** What a person called it, if one did: such a one is kept for ever. */
  readonly label: string | null;
}

/** How many checkpoints from the last are kept, unless asked otherwise. */
export const KEPT_LAST = 3;

/** The names to keep and to remove: together all that were given, each once. */
export interface Retention {
  readonly keep: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Divides a run's checkpoints.
 *
 * @param checkpoints as the log tells of them, the oldest first. What is told last of a name holds.
 * @param options.last how many of the last to keep: 1 or more, as a run goes on from its last
 */
export function retain(
  checkpoints: readonly CheckpointFacts[],
  { last = KEPT_LAST }: { readonly last?: number } = {},
): Retention {
  if (!Number.isInteger(last) || last < 1) {
    throw new RangeError(`Cannot keep the last ${last} checkpoints: it must be 1 or more.`);
  }
  const told = new Map<string, CheckpointFacts>();
  for (const checkpoint of checkpoints) {
    // A name that is told of again is as new as that.
    told.delete(checkpoint.name);
    told.set(checkpoint.name, checkpoint);
  }
  const all = [...told.values()];
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

/** The one with the best test accuracy: of equals the first, which took the least training. */
function bestOf(checkpoints: readonly CheckpointFacts[]): readonly CheckpointFacts[] {
  let best: CheckpointFacts | undefined;
  for (const checkpoint of checkpoints) {
    if (checkpoint.testAcc === null) continue;
    if (best === undefined || checkpoint.testAcc > (best.testAcc ?? 0)) best = checkpoint;
  }
  return best ? [best] : [];
}
