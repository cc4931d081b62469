/** Checkpoint files that no log names, after the attempt that uploaded them has ended. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import type { CheckpointStore } from "../../../runs/checkpoints/store.ts";
import { deleteRun } from "../../../runs/delete_run.ts";
import { checkpointsFolder, scratchFolder } from "../../../runs/paths.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runAttempt } from "../../../runs/worker/attempt.ts";
import { aCheckpoint, aSpec, aTrainingAfter } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { until } from "../../support/until.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

const LEASE_MS = 300;

describe("a worker that learns too late that it has lost its run", () => {
  for (const isDeleted of [false, true]) {
    it(`leaves no checkpoint behind${isDeleted ? ", also of a run that was deleted" : ""}`, async () => {
      const store = await openSqliteStore(folder.join("runs.db"));
      const checkpoints = openFolderStore(checkpointsFolder(folder.path));
      const { run: { id } } = await store.create({ name: "a run", spec: aSpec() });
      const claim = present(await store.claim({ worker: "first", leaseMs: LEASE_MS }));
      const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const put: CheckpointStore["put"] = async (runId, name, file) => {
        reached.resolve();
        await go.promise;
        // Too far on its way to be called back.
        return await checkpoints.put(runId, name, file);
      };
      const lost = runAttempt({
        ...{ store, claim, leaseMs: LEASE_MS, scratch: scratchFolder(folder.path) },
        checkpoints: { ...checkpoints, put },
        signal: new AbortController().signal,
        trainer: {
          devices: () => Promise.resolve([]),
          async *train(spec, { checkpointFolder = "" }) {
            yield* aTrainingAfter(spec, 0);
            yield await aCheckpoint(checkpointFolder, spec, 4, { reason: "interval" });
          },
        },
      });
      await reached.promise;
      await until("the second worker has the run", async () => {
        await store.renew(claim, -1);
        return await store.claim({ worker: "second", leaseMs: 60_000 });
      });
      if (isDeleted) {
        await store.renew({ ...claim, worker: "second", fence: claim.fence + 1 }, -1);
        await store.request(id, "cancel");
        // On another machine, which knows nothing of the first one's folders.
        await deleteRun({ store, checkpoints, home: folder.join("elsewhere") }, id);
      }
      go.resolve();
      assertEquals(await lost, undefined);
      assertEquals(await checkpoints.list(id), []);
      if (isDeleted) assertEquals(await checkpoints.runIds(), []);
      await store.close();
    });
  }
});
