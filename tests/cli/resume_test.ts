/** Runs that `deno task train --resume` continues, and those that it refuses. */
import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { WrongInputError } from "../../cli/train/errors.ts";
import { requestResume } from "../../cli/train/resume.ts";
import { describeDataset } from "../../data/catalog.ts";
import type { DatasetDescriptions } from "../../data/storage/describe.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { claimRun, createRun } from "../support/written_run.ts";

const INFO = describeDataset("mnist");

describe("requestResume()", () => {
  const folder = folderPerTest();

  /** Resumes a run that was cancelled, where its dataset is as described. Returns the state that it has then. */
  async function resumeCancelled(datasets: DatasetDescriptions): Promise<string> {
    await using resources = new AsyncDisposableStack();
    const store = resources.adopt(
      await openSqliteStore(folder.join("epochql.db")),
      (store) => store.close(),
    );
    await createRun(store, "digits");
    const run = await claimRun(store);
    await run.append({ type: "cancelled" });
    const resumed = await requestResume(store, { run: "digits" }, datasets);
    return resumed.snapshot.state;
  }

  it("refuses a run whose dataset was deleted, and leaves it as it is", async () => {
    const datasets: DatasetDescriptions = {
      describe: () => Promise.resolve(undefined),
      describeDeleted: () => Promise.resolve(INFO),
    };
    const { message } = await assertRejects(() => resumeCancelled(datasets), WrongInputError);
    assertEquals(
      message,
      "Cannot resume the run 'digits': its dataset 'mnist' was deleted. Import it again first.",
    );
  });

  it("resumes a run whose dataset was deleted and imported again", async () => {
    const datasets: DatasetDescriptions = {
      describe: () => Promise.resolve(INFO),
      describeDeleted: () => Promise.resolve(INFO),
    };
    assertEquals(await resumeCancelled(datasets), "QUEUED");
  });
});
