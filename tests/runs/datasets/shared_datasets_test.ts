/** Datasets of one machine on another: two homes with one store of checkpoints, in a folder and in object storage. */
import { assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { openDataset } from "../../../data/storage/open.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { openS3Store } from "../../../runs/checkpoints/s3.ts";
import { fetchDataset } from "../../../runs/datasets/shared_datasets.ts";
import { fetchRunDataset } from "../../../runs/datasets/run_dataset.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { runAttempt } from "../../../runs/worker/attempt.ts";
import { assertFails } from "../../support/errors.ts";
import { aSpec, aTraining } from "../../support/fake_run.ts";
import { importColours, shareUntilStored } from "../../support/shared_dataset.ts";
import { present } from "../../support/present.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { until } from "../../support/until.ts";
import { type S3Server, skipReason, startS3Server } from "../checkpoints/s3_server.ts";

const folder = folderPerTest();
const { signal } = new AbortController();

const imported = (home: string) => importColours(home, folder.join("colours.zip"));

for (const place of ["a folder", "object storage"] as const) {
  describe(`a dataset shared by ${place}`, {
    ignore: place === "object storage" && skipReason !== undefined,
  }, () => {
    let server: S3Server | undefined;
    before(async () => {
      if (place === "object storage") server = await startS3Server();
    });
    after(async () => {
      await server?.[Symbol.asyncDispose]();
    });
    const open = () =>
      server ? openS3Store(server.options) : openFolderStore(folder.join("checkpoints"));

    it("is read on another machine as on the first, and is fetched once", async () => {
      const [home, other] = [folder.join("a"), folder.join("b")];
      const { version, reference } = await imported(home);
      const checkpoints = open();
      const sharing = await shareUntilStored(home, checkpoints, version);
      await fetchDataset(reference, other, checkpoints, signal);
      for (const split of ["train", "test"] as const) {
        assertEquals(
          await openDataset(reference, split, other),
          await openDataset(reference, split, home),
        );
      }
      await sharing.close();
      await checkpoints.removeAll(`dataset-${version}`);
      await fetchDataset(reference, other, checkpoints, signal);
      assertEquals(sharing.problems, []);
      checkpoints.close();
    });
  });
}

describe("a run at a machine without its dataset", () => {
  it("trains once another machine has shared it", async () => {
    const [home, other] = [folder.join("a"), folder.join("b")];
    const { version, reference } = await imported(home);
    const checkpoints = openFolderStore(folder.join("checkpoints"));
    const store = await openSqliteStore(folder.join("runs.db"));
    await store.create({ id: "run", name: "a run", spec: { ...aSpec(), dataset: reference } });
    const problems: (string | null)[] = [];
    let trained = 0;
    const attempt = runAttempt({
      ...{ store, checkpoints, leaseMs: 60_000, scratch: folder.join("scratch"), signal },
      sharedDataFolder: other,
      claim: present(await store.claim({ worker: "w", leaseMs: 60_000 })),
      trainer: {
        async *train(spec) {
          trained = (await openDataset(spec.dataset, "train", other)).count;
          yield* aTraining(spec);
        },
        devices: () => Promise.resolve([]),
      },
      onProblem: (problem) => problems.push(problem),
    });
    await until("the run waits", () => problems.some((problem) => problem !== null));
    assertEquals(trained, 0);
    const sharing = await shareUntilStored(home, checkpoints, version);
    assertEquals((await attempt)?.snapshot.state, "COMPLETED");
    assertEquals(trained, 24);
    await sharing.close();
    await store.close();
  });

  it("fails if the files are not those of the version", async () => {
    const [home, other] = [folder.join("a"), folder.join("b")];
    const { version, reference } = await imported(home);
    const checkpoints = openFolderStore(folder.join("checkpoints"));
    const sharing = await shareUntilStored(home, checkpoints, version);
    const file = folder.join("checkpoints", `dataset-${version}`, "test.safetensors");
    const bytes = await Deno.readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await Deno.writeFile(file, bytes);
    const fetching = fetchRunDataset({
      ...{ dataset: reference, dataFolder: other, checkpoints, signal },
      onProblem: (problem) => assertEquals(problem, null),
    });
    await assertFails(fetching, /Cannot train on dataset 'mine@.*sha256/);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.join("b", "imported"))), []);
    await sharing.close();
  });
});
