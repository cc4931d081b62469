/** The datasets in the server's memory. */
import { assertEquals, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ImageDataset } from "../../../data/dataset.ts";
import { createDatasetCache } from "../../../server/graphql/dataset_cache.ts";
import { until } from "../../support/until.ts";

const DATASET: ImageDataset = {
  name: "mnist",
  split: "train",
  count: 1,
  images: new Uint8Array(4),
  labels: new Uint8Array(1),
  imageShape: [2, 2, 1],
  classes: ["0"],
};

describe("createDatasetCache()", () => {
  it("reads a split once for any number of requests", async () => {
    const read: string[] = [];
    const cache = createDatasetCache((name, split) => {
      read.push(`${name} ${split}`);
      return Promise.resolve(DATASET);
    });
    await Promise.all([1, 2, 3].map(() => cache.open("mnist", "train")));
    await cache.open("mnist", "test");
    assertEquals(read, ["mnist train", "mnist test"]);
    cache.close();
  });

  it("drops a dataset that is no longer used", async () => {
    let reads = 0;
    const cache = createDatasetCache(() => Promise.resolve({ ...DATASET, count: ++reads }), 1);
    await until("the dataset is read again", async () => {
      return (await cache.open("mnist", "train")).count > 1;
    });
    cache.close();
  });

  it("tries again after a read that failed", async () => {
    let reads = 0;
    const cache = createDatasetCache(() =>
      ++reads === 1 ? Promise.reject(new Error("missing")) : Promise.resolve(DATASET)
    );
    assertMatch(String(await assertRejects(() => cache.open("mnist", "train"))), /missing/);
    assertStrictEquals(await cache.open("mnist", "train"), DATASET);
    cache.close();
  });
});
