/** The contract of checkpoint stores, which the test file of each runs. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { forAllAsync } from "../../support/for_all.ts";
import { assertFails } from "../../support/errors.ts";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import type { CheckpointStore } from "../../../runs/checkpoints/store.ts";
import { assertKind, namesUnder } from "../../ml/checkpoint/support.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

/** A place for one test. */
export interface TestPlace {
  /** Opens it once more. */
  open(): CheckpointStore;
  /** Every stored file, whatever its name. */
  everything(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

const NAME = "step-000000123.safetensors";
const CHUNK = 4 * 1024 * 1024;

/** So many bytes, others for every seed. */
export function someBytes(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, place) => (place * 31 + seed * 7 + (place >> 8)) & 0xff);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function testCheckpointStore(
  name: string,
  makePlace: () => Promise<TestPlace>,
  options: { readonly skip?: boolean } = {},
): void {
  describe(`the ${name} store of checkpoints`, { ignore: options.skip ?? false }, () => {
    let place: TestPlace;
    let store: CheckpointStore;
    let work: ReturnType<typeof temporaryFolder>;

    beforeEach(async () => {
      place = await makePlace();
      store = place.open();
      work = temporaryFolder();
    });
    afterEach(async () => {
      store.close();
      await place.remove();
      work[Symbol.dispose]();
    });

    /** A file of this machine with these bytes. */
    const fileOf = async (bytes: Uint8Array): Promise<string> => {
      const path = join(work.path, crypto.randomUUID());
      await Deno.writeFile(path, bytes);
      return path;
    };
    const putBytes = async (runId: string, name: string, bytes: Uint8Array) =>
      await store.put(runId, name, await fileOf(bytes));
    /** Returns the bytes that a store gives back. */
    const bytesFrom = async (store: CheckpointStore, runId: string, name = NAME) => {
      using folder = temporaryFolder();
      const path = await store.fetch(runId, name, folder.path);
      assertEquals(path, join(folder.path, name));
      assertEquals(await namesUnder(folder.path), [name]);
      return await Deno.readFile(path);
    };

    it("gives another machine the bytes that it was given, and their digest", async () => {
      const other = place.open();
      for (const length of [0, 1, 1000, CHUNK + 1]) {
        const bytes = someBytes(length);
        const stored = { bytes: length, sha256: digestOf(bytes) };
        assertEquals(await putBytes("run-1", NAME, bytes), stored);
        assert(digestOf(await bytesFrom(other, "run-1")) === digestOf(bytes), `${length} bytes`);
      }
      other.close();
    });

    it("leaves the file that it was given", async () => {
      const file = await fileOf(someBytes(10));
      await store.put("run-1", NAME, file);
      assertEquals(await Deno.readFile(file), someBytes(10));
    });

    it("replaces a checkpoint of the same name", async () => {
      await putBytes("run-1", NAME, someBytes(100, 1));
      await putBytes("run-1", NAME, someBytes(50, 2));
      assertEquals(await bytesFrom(store, "run-1"), someBytes(50, 2));
      assertEquals(await store.list("run-1"), [{ name: NAME, bytes: 50 }]);
    });

    it("holds one whole checkpoint when several are put by one name at once", async () => {
      const stores = Array.from({ length: 4 }, () => place.open());
      const versions = stores.map((_, seed) => someBytes(300_000 + seed, seed));
      const files = await Promise.all(versions.map(fileOf));
      await Promise.all(stores.map((store, at) => store.put("run-1", NAME, files[at] ?? "")));
      const got = digestOf(await bytesFrom(store, "run-1"));
      assert(versions.map(digestOf).includes(got));
      assertEquals((await store.list("run-1")).length, 1);
      for (const store of stores) store.close();
    });

    it("takes no file with another digest, and keeps what it had", async () => {
      await putBytes("run-1", NAME, someBytes(10, 1));
      const file = await fileOf(someBytes(10, 2));
      const put = store.put("run-1", NAME, file, { sha256: digestOf(someBytes(10, 1)) });
      const rule = /its sha256 must be [0-9a-f]{64}, got [0-9a-f]{64}/;
      await assertKind(put, "damaged", rule);
      assertEquals(await bytesFrom(store, "run-1"), someBytes(10, 1));
      await store.put("run-1", NAME, file, { sha256: digestOf(someBytes(10, 2)) });
      assertEquals(await bytesFrom(store, "run-1"), someBytes(10, 2));
    });

    it("gives no checkpoint with another digest, and leaves nothing of it", async () => {
      const bytes = someBytes(10, 1);
      await putBytes("run-1", NAME, bytes);
      using folder = temporaryFolder();
      const sha256 = digestOf(someBytes(10, 2));
      const fetched = store.fetch("run-1", NAME, folder.path, { sha256 });
      await assertKind(fetched, "damaged", /its sha256 must be/);
      assertEquals(await namesUnder(folder.path), []);
      await store.fetch("run-1", NAME, folder.path, { sha256: digestOf(bytes) });
      assertEquals(await namesUnder(folder.path), [NAME]);
    });

    it("says that there is no such file to put", async () => {
      await assertKind(store.put("run-1", NAME, join(work.path, "none")), "missing");
      await assertKind(store.put("run-1", NAME, work.path), "unreadable");
      assertEquals(await place.everything(), []);
    });

    it("says that there is no such checkpoint to fetch", async () => {
      await putBytes("run-1", NAME, someBytes(1));
      for (const [runId, name] of [["run-1", "other"], ["run-2", NAME]] as const) {
        using folder = temporaryFolder();
        await assertKind(store.fetch(runId, name, folder.path), "missing");
        assertEquals(await namesUnder(folder.path), []);
      }
    });

    it("says that there is no folder to fetch to", async () => {
      await putBytes("run-1", NAME, someBytes(1));
      await assertKind(store.fetch("run-1", NAME, join(work.path, "no")), "not-writable");
    });

    it("lists a run's checkpoints in order of their names, and no other run's", async () => {
      assertEquals(await store.list("run-1"), []);
      await putBytes("run-1", "step-000000010.safetensors", someBytes(10));
      await putBytes("run-1", "step-000000002.safetensors", someBytes(2));
      await putBytes("run-10", NAME, someBytes(3));
      await putBytes("run", NAME, someBytes(4));
      assertEquals(await store.list("run-1"), [
        { name: "step-000000002.safetensors", bytes: 2 },
        { name: "step-000000010.safetensors", bytes: 10 },
      ]);
      assertEquals(await store.runIds(), ["run", "run-1", "run-10"]);
    });

    it("removes a checkpoint, also one that is gone already", async () => {
      await putBytes("run-1", "a", someBytes(1));
      await putBytes("run-1", "b", someBytes(1));
      for (let time = 0; time < 2; time++) {
        await store.remove("run-1", "a");
        assertEquals(await store.list("run-1"), [{ name: "b", bytes: 1 }]);
      }
      await store.remove("run-2", "a");
    });

    it("removes everything of a run, and nothing of another", async () => {
      for (const runId of ["run-1", "run-10", "run"]) {
        await putBytes(runId, "a", someBytes(1));
        await putBytes(runId, "b", someBytes(1));
      }
      for (let time = 0; time < 2; time++) {
        await store.removeAll("run-1");
        assertEquals(await store.runIds(), ["run", "run-10"]);
      }
      assertEquals(await store.list("run-1"), []);
      assertEquals((await store.list("run-10")).length + (await store.list("run")).length, 4);
    });

    it("takes no name that could lead elsewhere", async () => {
      const file = await fileOf(someBytes(1));
      const parts = fc.constantFrom(
        ...["..", ".", "/", "\\", "a", "%2e", "%2F", "\0", "~", "", ".part"],
      );
      const names = fc.oneof(
        fc.string().filter((name) => !/^[A-Za-z0-9]+$/.test(name)),
        fc.array(parts, { maxLength: 6 }).map((parts) => parts.join("")),
        fc.constantFrom("a".repeat(129), "a.part", "a ", "a.", "é"),
      ).filter((name) =>
        !/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(name) || name.endsWith(".part")
      );
      await forAllAsync([names], async (name) => {
        for (const [runId, file] of [[name, NAME], ["run-1", name]] as const) {
          await assertRejects(() => store.fetch(runId, file, work.path), RangeError);
          await assertRejects(() => store.remove(runId, file), RangeError);
        }
        await assertRejects(() => store.put(name, NAME, file), RangeError);
        await assertRejects(() => store.put("run-1", name, file), RangeError);
        await assertRejects(() => store.list(name), RangeError);
        await assertRejects(() => store.removeAll(name), RangeError);
      });
      assertEquals(await place.everything(), []);
    });

    it("ends a transfer when the signal aborts, and leaves nothing of it", async () => {
      const signal = AbortSignal.abort(new Error("not any more"));
      const bytes = someBytes(10);
      await assertFails(store.put("run-1", NAME, await fileOf(bytes), { signal }), /not any more/);
      assertEquals(await store.list("run-1"), []);
      await putBytes("run-1", NAME, bytes);
      using folder = temporaryFolder();
      await assertFails(store.fetch("run-1", NAME, folder.path, { signal }), /not any more/);
      assertEquals(await namesUnder(folder.path), []);
    });

    it("finds out that it can be used, and leaves nothing behind", async () => {
      await store.check();
      assertEquals(await place.everything(), []);
      assertEquals(await store.runIds(), []);
    });
  });
}
