/** Checkpoints in a folder: the contract, and what goes wrong with disks. */
import { assertEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import { assertKind, namesUnder, ofKind } from "../../ml/checkpoint/support.ts";
import { present } from "../../support/present.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { someBytes, testCheckpointStore } from "./store_contract.ts";

testCheckpointStore("folder", () => {
  const folder = temporaryFolder();
  const path = join(folder.path, "check", "points");
  return Promise.resolve({
    open: () => openFolderStore(path),
    everything: () => namesUnder(folder.path),
    remove: () => Promise.resolve(folder[Symbol.dispose]()),
  });
});

describe("openFolderStore()", () => {
  itWithDisk(
    "says that the disk is full, keeps what it has, and goes on when there is room",
    async () => {
      using work = temporaryFolder();
      using disk = present(smallDisk("200k"));
      const store = openFolderStore(disk.path);
      const [small, large] = [join(work.path, "small"), join(work.path, "large")];
      await Deno.writeFile(small, someBytes(100_000));
      await Deno.writeFile(large, someBytes(300_000));
      await store.put("run-1", "a", small);
      await assertKind(store.put("run-1", "b", large), "disk-full", /the disk is full\. Free/);
      assertEquals(await namesUnder(disk.path), ["run-1/a"]);
      await assertKind(store.put("run-1", "a", large), "disk-full");
      assertEquals(await store.list("run-1"), [{ name: "a", bytes: 100_000 }]);
      await store.remove("run-1", "a");
      await store.put("run-1", "b", small);
    },
  );

  itWithDisk("says that the file system is read-only, and still gives what it has", async () => {
    using work = temporaryFolder();
    using disk = present(smallDisk("200k"));
    const store = openFolderStore(disk.path);
    const file = join(work.path, "file");
    await Deno.writeFile(file, someBytes(10));
    await store.put("run-1", "a", file);
    disk.makeReadOnly();
    const readOnly = ofKind("not-writable", /file system is read-only/);
    await assertFails(store.check(), readOnly);
    await assertFails(store.put("run-1", "b", file), readOnly);
    await assertFails(store.put("run-2", "b", file), readOnly);
    await assertFails(store.remove("run-1", "a"), readOnly);
    await assertFails(store.removeAll("run-1"), readOnly);
    await store.fetch("run-1", "a", work.path, {});
    assertEquals(await Deno.readFile(join(work.path, "a")), someBytes(10));
  });

  it("says that a file lies where its folder must be", async () => {
    using work = temporaryFolder();
    const file = join(work.path, "file");
    await Deno.writeFile(file, someBytes(10));
    const store = openFolderStore(file);
    await assertKind(store.check(), "not-writable", /a file lies where a folder must be/);
    await assertKind(store.put("run-1", "a", file), "not-writable");
    assertEquals(await Deno.readFile(file), someBytes(10));
  });

  it("does not count what is half-written, and removes it when it is a day old", async () => {
    using work = temporaryFolder();
    const store = openFolderStore(join(work.path, "checkpoints"));
    const file = join(work.path, "file");
    await Deno.writeFile(file, someBytes(10));
    await store.put("run-1", "a", file);
    const folder = join(work.path, "checkpoints", "run-1");
    const [young, old] = [join(folder, ".b.1.part"), join(folder, ".b.2.part")];
    for (const path of [young, old]) await Deno.writeFile(path, someBytes(5));
    await Deno.utime(old, new Date(), new Date(Date.now() - 25 * 60 * 60 * 1000));
    assertEquals(await store.list("run-1"), [{ name: "a", bytes: 10 }]);
    await store.put("run-1", "c", file);
    assertEquals(await namesUnder(folder), [".b.1.part", "a", "c"]);
    await store.removeAll("run-1");
    assertEquals(await namesUnder(work.path), ["file"]);
  });

  it("means the same folder wherever the process goes", () => {
    assertEquals(openFolderStore("some/where").location, join(Deno.cwd(), "some/where"));
  });
});
