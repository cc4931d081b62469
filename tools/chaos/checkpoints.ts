/**
 * Checks that the checkpoints of a finished run are where its log says, intact, and no others
 * beside them.
 */
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import { readCheckpoint } from "../../ml/checkpoint/checkpoint.ts";
import type { Run } from "../../runs/log/run.ts";
import type { Cluster } from "./cluster.ts";
import { type Findings, look } from "./invariants.ts";

/** Longest time for the removal of files after the end of a run. */
const REMOVAL_MS = 5_000;
const POLL_MS = 50;

/** Checks that a run's checkpoints can be read, and that no other files are left. */
export async function checkCheckpoints(
  { checkpoints: store }: Pick<Cluster, "checkpoints">,
  { id, spec, snapshot: { checkpoints, epochs } }: Run,
): Promise<Findings> {
  const found: string[] = [];
  const folder = await Deno.makeTempDir({ prefix: "epochql-checkpoint-" });
  try {
    for (const { file, sha256, step } of checkpoints) {
      try {
        const path = await store.fetch(id, file, folder, { sha256 });
        const checkpoint = await readCheckpoint(path, {
          spec: { ...spec, epochs: epochs ?? spec.epochs },
        });
        if (checkpoint.step !== step) {
          found.push(`the checkpoint of step ${step} is one of step ${checkpoint.step}`);
        }
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        found.push(`the checkpoint of step ${step}: ${error.message}`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const names = checkpoints.map(({ file }) => file).sort().join(", ");
  const giveUpAt = performance.now() + REMOVAL_MS;
  for (;;) {
    const stored = (await store.list(id)).map(({ name }) => name).join(", ");
    if (stored === names) break;
    if (performance.now() > giveUpAt) {
      found.push(`there must be the files ${names || "none"}, got ${stored || "none"}`);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return look("checkpoints", () => found);
}
