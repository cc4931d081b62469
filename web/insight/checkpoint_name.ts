/** Names of checkpoints on the page. */
import { count } from "../../lib/format.ts";
import type { Checkpoint } from "./operations.ts";

/** Formats 'epoch 3' at an epoch's end, 'step 1,234 in epoch 4' within one, with the user's name for it. */
export function checkpointName({ name, epoch, step, testAcc }: Checkpoint): string {
  const place = testAcc === null ? `step ${count(step)} in epoch ${epoch}` : `epoch ${epoch}`;
  return name === null ? place : `${place} (${name})`;
}
