/** A worker that no server needs any more. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { StoreUnavailableError } from "../../../runs/store/errors.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runWorker } from "../../../runs/worker/worker.ts";
import { aTraining } from "../../support/fake_run.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { until } from "../../support/until.ts";

describe("a worker that is not needed any more", () => {
  const folder = folderPerTest();

  it("ends though its store has been removed, without saying that it is back", async () => {
    const store = await openSqliteStore(folder.join("runs.db"));
    const away = () => Promise.reject(new StoreUnavailableError("The file has been removed."));
    const messages: string[] = [];
    let isNeeded = true;
    const working = runWorker({
      store: { ...store, claim: away, lastChange: away },
      ...{ id: "w", host: "h", version: "1", signal: new AbortController().signal },
      trainer: {
        devices: () => Promise.resolve([]),
        async *train(spec) {
          yield* aTraining(spec);
        },
      },
      checkpoints: openFolderStore(folder.join("checkpoints")),
      scratch: folder.join("scratch"),
      log: (_level, message) => messages.push(message),
      isNeeded: () => Promise.resolve(isNeeded),
    });
    const saysSo = () => messages.includes("The file has been removed.");
    await until("the worker has said what is wrong", saysSo);
    isNeeded = false;
    await working;
    assertEquals(messages.at(-1), "Worker w has stopped.");
    assertEquals(messages.includes("The store can be used again."), false);
    await store.close();
  });
});
