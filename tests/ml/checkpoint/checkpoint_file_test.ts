/** Atomic files: whatever happens on the way, a reader finds a whole file or none. */
import { assertEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCheckpointFile } from "../../../ml/checkpoint/checkpoint_file.ts";
import { readCheckpoint, writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { readLines } from "../../../lib/lines.ts";
import { present } from "../../support/present.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { aCheckpoint, assertKind, namesUnder } from "./support.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

describe("writeCheckpointFile()", () => {
  it("gives the length and the digest of what it wrote", async () => {
    const path = folder.join("a");
    const chunks = [Uint8Array.of(97, 98), new Uint8Array(), Uint8Array.of(99)];
    assertEquals(await writeCheckpointFile(path, chunks), {
      bytes: 3,
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    });
    assertEquals(await Deno.readTextFile(path), "abc");
    assertEquals(await namesUnder(folder.path), ["a"]);
  });

  it("keeps the old file when what is to be written breaks off", async () => {
    const path = folder.join("a");
    await Deno.writeTextFile(path, "old");
    const broken = function* () {
      yield Uint8Array.of(1, 2, 3);
      throw new Error("broken off");
    };
    await assertFails(writeCheckpointFile(path, broken()), /broken off/);
    const refuse = () => {
      throw new Error("not accepted");
    };
    await assertFails(writeCheckpointFile(path, [Uint8Array.of(1)], refuse), /not accepted/);
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals(await namesUnder(folder.path), ["a"]);
  });

  it("leaves a whole file when its writer is killed in the middle", async () => {
    const path = folder.join("a.safetensors");
    for (const kill of [2, 3, 6]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", fileURLToPath(new URL("./writes_for_ever.ts", import.meta.url)), path],
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      let begun = 0;
      for await (const _line of readLines(child.stdout)) {
        if (++begun === kill) child.kill("SIGKILL");
      }
      assertEquals((await child.status).signal, "SIGKILL");
      const { step, epochLoss } = await readCheckpoint(path);
      assertEquals(epochLoss, step);
    }
  });

  itWithDisk(
    "says that the disk is full, keeps the old file, and goes on when there is room",
    async () => {
      using disk = present(smallDisk("1500k"));
      const path = join(disk.path, "a.safetensors");
      await writeCheckpoint(path, aCheckpoint());
      const filler = join(disk.path, "filler");
      await Deno.writeFile(filler, new Uint8Array(700 * 1024));
      const full = /^Cannot write checkpoint .*a\.safetensors: the disk is full\. Free some/;
      await assertKind(writeCheckpoint(path, aCheckpoint({ step: 7 })), "disk-full", full);
      assertEquals(await namesUnder(disk.path), ["a.safetensors", "filler"]);
      assertEquals((await readCheckpoint(path)).step, 6);
      await Deno.remove(filler);
      await writeCheckpoint(path, aCheckpoint({ step: 7 }));
      assertEquals((await readCheckpoint(path)).step, 7);
    },
  );

  itWithDisk("says that the file system is read-only", async () => {
    using disk = present(smallDisk("1500k"));
    disk.makeReadOnly();
    const written = writeCheckpointFile(join(disk.path, "a"), []);
    await assertKind(written, "not-writable", /read-only\. Mount it for writing/);
  });

  it("says that there is no folder, or a file where it must be", async () => {
    await assertKind(writeCheckpointFile(folder.join("no", "a"), []), "not-writable");
    await Deno.writeTextFile(folder.join("file"), "");
    const written = writeCheckpointFile(folder.join("file", "a"), []);
    await assertKind(written, "not-writable", /a file lies where a folder must be/);
  });
});
