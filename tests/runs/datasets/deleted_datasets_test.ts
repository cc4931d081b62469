/** Datasets that several machines have: what deletes them at all of them, and what does not. */
import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { importedFolder } from "../../../data/imported/place.ts";
import { listImported } from "../../../data/imported/read.ts";
import { createImport, deleteImported } from "../../../imports/datasets.ts";
import { CheckpointError } from "../../../ml/checkpoint/error.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import type { CheckpointStore } from "../../../runs/checkpoints/store.ts";
import { createDatasetFetcher } from "../../../runs/datasets/dataset_fetcher.ts";
import { fetchDataset, shareDatasets } from "../../../runs/datasets/shared_datasets.ts";
import { assertFails } from "../../support/errors.ts";
import { importRequest } from "../../support/import_dataset.ts";
import {
  type ColoursOptions,
  importColours,
  shareUntilStored,
} from "../../support/shared_dataset.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { until } from "../../support/until.ts";

const folder = folderPerTest();
const { signal } = new AbortController();
const EARLIER = "2026-11-01T12:00:00.000Z";
const LATER = "2026-12-01T12:00:00.000Z";

describe("a dataset that several machines have", () => {
  let checkpoints: CheckpointStore;
  let stack: AsyncDisposableStack;
  let a: string;
  let b: string;
  beforeEach(() => {
    checkpoints = openFolderStore(folder.join("checkpoints"));
    stack = new AsyncDisposableStack();
    [a, b] = [folder.join("a"), folder.join("b")];
  });
  afterEach(() => stack.disposeAsync());

  const imported = (home: string, options: ColoursOptions = {}) =>
    importColours(home, folder.join("colours.zip"), options);
  /** Shares what a machine has, until the test ends. */
  async function share(home: string, version: string) {
    const sharing = await shareUntilStored(home, checkpoints, version);
    stack.defer(() => sharing.close());
    return sharing;
  }
  /** Shares what a machine has, and stops when the others have it. */
  const shareOnce = async (home: string, version: string) =>
    await (await shareUntilStored(home, checkpoints, version)).close();
  function sharedAt(home: string, store = checkpoints) {
    return createDatasetFetcher({ dataFolder: home, checkpoints: () => Promise.resolve(store) });
  }
  const namesAt = async (home: string) => (await listImported(home)).map(({ name }) => name);
  const filesOf = async (version: string) => (await checkpoints.list(`dataset-${version}`)).length;
  const untilGone = (home: string) =>
    until("the copy is removed", async () => (await namesAt(home)).length === 0);

  it("is gone at all of them once one that had fetched it deletes it", async () => {
    const { version, reference } = await imported(a);
    await share(a, version);
    await fetchDataset(reference, b, checkpoints, signal);
    assert(await deleteImported(b, "mine", sharedAt(b)));
    await untilGone(a);
    assertEquals([await namesAt(b), await filesOf(version)], [[], 0]);
    assertEquals(await sharedAt(a).list(), []);
    await assertFails(
      fetchDataset(reference, b, checkpoints, signal),
      /There is no dataset 'mine@.*it was deleted/,
    );
  });

  it("is deleted by a machine that has no copy of it", async () => {
    const { version } = await imported(a);
    await share(a, version);
    assert(await deleteImported(b, "mine", sharedAt(b)));
    await untilGone(a);
    assertEquals(await deleteImported(b, "mine", sharedAt(b)), false);
  });

  it("stays for the others when one loses its copy", async () => {
    const { version, reference } = await imported(a);
    const sharing = await share(a, version);
    await fetchDataset(reference, b, checkpoints, signal);
    await Deno.remove(importedFolder(a), { recursive: true });
    const other = await imported(a, { name: "other", size: 4 });
    await until("the machine has looked again", async () => await filesOf(other.version) === 3);
    await fetchDataset(reference, a, checkpoints, signal);
    assertEquals([await namesAt(a), await namesAt(b)], [["mine", "other"], ["mine"]]);
    assertEquals(sharing.problems, []);
  });

  it("is not shared again by one that was away while it was deleted", async () => {
    const { version, reference } = await imported(a);
    await shareOnce(a, version);
    await deleteImported(b, "mine", sharedAt(b));
    assertEquals(await namesAt(a), ["mine"]);
    const sharing = shareDatasets({
      dataFolder: a,
      checkpoints: () => Promise.resolve(checkpoints),
      onProblem: (problem) => assertEquals(problem, null),
      onConflict: (name) => assertEquals(name, undefined),
      intervalMs: 20,
    });
    stack.defer(() => sharing.close());
    await untilGone(a);
    assertEquals(await sharedAt(b).find(reference), undefined);
  });

  it("can be imported again after it was deleted, also while one was away", async () => {
    const { version, reference } = await imported(a);
    await shareOnce(a, version);
    await deleteImported(b, "mine", sharedAt(b));
    await imported(b, { createdAt: LATER });
    await share(b, version);
    await share(a, version);
    assertEquals((await sharedAt(a).find("mine"))?.createdAt, LATER);
    await fetchDataset(reference, a, checkpoints, signal);
    assertEquals((await listImported(a))[0]?.createdAt, LATER);
  });

  it("makes room at a worker for one of the same name that was imported after it was deleted", async () => {
    const first = await imported(a);
    await shareOnce(a, first.version);
    await fetchDataset(first.reference, b, checkpoints, signal);
    await deleteImported(a, "mine", sharedAt(a));
    const second = await imported(a, { size: 4 });
    await shareOnce(a, second.version);
    await fetchDataset(second.reference, b, checkpoints, signal);
    assertEquals((await listImported(b))[0]?.version, second.version);
  });

  it("is one dataset if two have imported the same content", async () => {
    const { version } = await imported(a, { createdAt: EARLIER });
    await imported(b, { createdAt: LATER });
    await share(a, version);
    await share(b, version).then(({ conflicts }) => assertEquals(conflicts, []));
    await until(
      "the second takes it for the first's",
      async () => (await listImported(b))[0]?.createdAt === EARLIER,
    );
    await deleteImported(a, "mine", sharedAt(a));
    await untilGone(b);
    assertEquals(await filesOf(version), 0);
  });

  it("keeps its content while another dataset has the same", async () => {
    const { version } = await imported(a);
    const other = await imported(a, { name: "other" });
    assertEquals(other.version, version);
    await share(a, version);
    await deleteImported(a, "mine", sharedAt(a));
    await fetchDataset(other.reference, b, checkpoints, signal);
    assertEquals([await namesAt(a), await namesAt(b)], [["other"], ["other"]]);
    await deleteImported(a, "other", sharedAt(a));
    assertEquals(await filesOf(version), 0);
  });

  it("is that of the first where two have imported others of its name at the same time", async () => {
    const first = await imported(a, { createdAt: EARLIER });
    const second = await imported(b, { createdAt: LATER, size: 4 });
    await share(a, first.version);
    const { conflicts } = await share(b, second.version);
    await until("its machine is warned", () => conflicts.length > 0);
    assertEquals(conflicts, ["mine"]);
    assertEquals((await sharedAt(folder.join("c")).find("mine"))?.version, first.version);
    // Runs name the version: both can be trained on.
    for (const { reference } of [first, second]) {
      await fetchDataset(reference, folder.join(reference.slice(-8)), checkpoints, signal);
    }
  });

  it("cannot be imported by another machine under its name", async () => {
    const { version } = await imported(a);
    await shareOnce(a, version);
    const request = importRequest(folder.join("colours.zip"));
    await assertFails(
      createImport(b, request, sharedAt(b)),
      /Cannot import 'mine': a dataset of another machine has that name/,
    );
  });

  it("is deleted completely although the first attempt broke off", async () => {
    const { version } = await imported(a);
    await share(a, version);
    const broken: CheckpointStore = {
      ...checkpoints,
      removeAll: () => Promise.reject(new CheckpointError("unavailable", "gone for now")),
    };
    await assertFails(deleteImported(b, "mine", sharedAt(b, broken)), /gone for now/);
    assertEquals(await sharedAt(b).find("mine"), undefined);
    await untilGone(a);
    await until("its content is removed", async () => await filesOf(version) === 0);
  });
});
