/**
 * The weights that a run begins with: fetched for its first step, not for a resumed one, and named when they are gone.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createStartWeights } from "../../../runs/checkpoints/start_weights.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runAttempt } from "../../../runs/worker/attempt.ts";
import { readWeights, START_FILE } from "../../../ml/checkpoint/weights_file.ts";
import { type Trainer, TrainerCrashedError } from "../../../runs/trainer/trainer.ts";
import { aCheckpoint, aSpec, aTrainingAfter } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

describe("a run that begins with stored weights", () => {
  const folder = folderPerTest();

  async function setUp(remove = false) {
    const store = await openSqliteStore(folder.join("runs.db"));
    const checkpoints = openFolderStore(folder.join("checkpoints"));
    const weights = createStartWeights({
      checkpoints: () => Promise.resolve(checkpoints),
      scratch: folder.join("scratch"),
    });
    const id = crypto.randomUUID();
    const plain = aSpec();
    const { path } = await aCheckpoint(folder.path, plain, 4);
    const source = { kind: "local", path, label: "a checkpoint" } as const;
    const { sha256 } = await weights.store(id, source, plain.network);
    const spec = { ...plain, startFrom: { kind: "file", fileName: "a", sha256 } as const };
    await store.create({ id, name: "a run", spec });
    if (remove) await checkpoints.remove(id, START_FILE);
    const attempt = async (train: Trainer["train"]) =>
      await runAttempt({
        ...{ store, checkpoints, leaseMs: 2000, scratch: folder.join("scratch") },
        claim: present(await store.claim({ worker: "w", leaseMs: 2000 })),
        trainer: { train, devices: () => Promise.resolve([]) },
        signal: new AbortController().signal,
      });
    return { store, id, attempt, sha256 };
  }

  it("gets them for its first step, and none where it goes on from a checkpoint", async () => {
    const { store, attempt, sha256 } = await setUp();
    const seen: string[] = [];
    let crashes = 1;
    const train: Trainer["train"] = async function* (
      spec,
      { from, weights, checkpointFolder = "" },
    ) {
      if (weights !== undefined) {
        const state = await readWeights(weights, spec.network, sha256);
        seen.push(`weights of ${state.length} arrays`);
      } else seen.push(from === undefined ? "none" : "a checkpoint");
      for (const event of aTrainingAfter(spec, from === undefined ? 0 : 4)) {
        if (event.type === "epoch" && event.number === 2 && crashes-- > 0) {
          throw new TrainerCrashedError("The trainer died: it was tired.");
        }
        yield event;
        if (event.type === "epoch") {
          yield await aCheckpoint(checkpointFolder, spec, event.number * 4, { reason: "epoch" });
        }
      }
    };
    assertEquals((await attempt(train))?.snapshot.state, "INTERRUPTED");
    assertEquals((await attempt(train))?.snapshot.state, "COMPLETED");
    assertEquals(seen, ["weights of 8 arrays", "a checkpoint"]);
    await store.close();
  });

  it("fails without them, and says so", async () => {
    const { store, attempt } = await setUp(true);
    const run = await attempt(async function* () {});
    assertEquals(run?.snapshot.state, "FAILED");
    assertMatch(
      run?.snapshot.error ?? "",
      /^Cannot begin with the weights of startFrom: .*the file must exist, got none\. Start the training again\.$/,
    );
    await store.close();
  });
});
