/** What the page calls a checkpoint. */
import { count } from "../parts/format.ts";
import type { Checkpoint } from "./operations.ts";

/** 'epoch 3' at an epoch's end, 'step 1,234 in epoch 4' within one; with the name that people gave it. */
export function checkpointName({ name, epoch, step, testAcc }: Checkpoint): string {
  const place = testAcc === null ? `step ${count(step)} in epoch ${epoch}` : `epoch ${epoch}`;
  return name === null ? place : `${place} (${name})`;
}
