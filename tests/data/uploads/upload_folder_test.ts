/** Uploads in a folder: pieces, quotas, expiry and what stays after a break. */
import { assert, assertEquals, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openUploadFolder } from "../../../data/uploads/upload_folder.ts";
import {
  DEFAULT_UPLOAD_LIMITS,
  UploadError,
  type UploadErrorKind,
  type UploadStore,
} from "../../../data/uploads/upload_store.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const HOUR = 3_600_000;

/** A body of these chunks, which ends or breaks off. */
function bodyOf(chunks: readonly string[], end: "ends" | "breaks" = "ends") {
  const rest = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = rest.shift();
      if (chunk) controller.enqueue(chunk);
      else if (end === "ends") controller.close();
      else controller.error(new Error("connection reset"));
    },
  });
}

async function assertFails(work: Promise<unknown>, kind: UploadErrorKind): Promise<UploadError> {
  const error = await assertRejects(() => work, UploadError);
  assertEquals(error.kind, kind, error.message);
  return error;
}

describe("a folder of uploads", () => {
  const folder = folderPerTest();
  const open = (change: Partial<typeof DEFAULT_UPLOAD_LIMITS> = {}, now = Date.now) =>
    openUploadFolder(folder.join("uploads"), {
      limits: { ...DEFAULT_UPLOAD_LIMITS, ...change },
      now,
    });
  const announce = (uploads: UploadStore, bytes: number, owner = "ann") =>
    uploads.create({ fileName: "../a b.zip", bytes, owner });

  it("puts the pieces of a file together, over several openings", async () => {
    const { id } = await announce(open(), 11);
    await open().append(id, { offset: 0, body: bodyOf(["hello", " "]) });
    assertEquals((await open().find(id))?.received, 6);
    await open().append(id, { offset: 6, body: bodyOf(["world"]) });
    const { path, fileName, bytes, owner } = await open().file(id);
    assertEquals(await Deno.readTextFile(path), "hello world");
    assertEquals({ fileName, bytes, owner }, { fileName: "../a b.zip", bytes: 11, owner: "ann" });
  });

  it("keeps the bytes before a break", async () => {
    const uploads = open();
    const { id } = await announce(uploads, 11);
    await assertFails(
      uploads.append(id, { offset: 0, body: bodyOf(["hel", "lo"], "breaks") }),
      "interrupted",
    );
    assertEquals((await uploads.find(id))?.received, 5);
  });

  it("refuses a piece at another offset, too many bytes, and more after the end", async () => {
    const uploads = open();
    const { id } = await announce(uploads, 4);
    const early = await assertFails(
      uploads.append(id, { offset: 2, body: bodyOf(["x"]) }),
      "wrong-offset",
    );
    assertStrictEquals(early.received, 0);
    await assertFails(uploads.append(id, { offset: 0, body: bodyOf(["ab", "cde"]) }), "too-long");
    assertEquals((await uploads.find(id))?.received, 2);
    await assertFails(uploads.file(id), "incomplete");
    await uploads.append(id, { offset: 2, body: bodyOf(["cd"]) });
    await assertFails(uploads.append(id, { offset: "start", body: bodyOf(["efgh"]) }), "complete");
    assertEquals(await Deno.readTextFile((await uploads.file(id)).path), "abcd");
  });

  it("replaces what was received where a piece is the whole file", async () => {
    const uploads = open();
    const { id } = await announce(uploads, 4);
    await uploads.append(id, { offset: 0, body: bodyOf(["xyz"]) });
    await uploads.append(id, { offset: "start", body: bodyOf(["abcd"]) });
    assertEquals(await Deno.readTextFile((await uploads.file(id)).path), "abcd");
  });

  it("ends a piece that hangs when a newer one comes", async () => {
    const uploads = open();
    const { id } = await announce(uploads, 4);
    let hanging: ReadableStreamDefaultController<Uint8Array> | undefined;
    const pulled = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (hanging = controller),
      pull: () => pulled.resolve(),
    }, { highWaterMark: 0 });
    const first = assertFails(uploads.append(id, { offset: 0, body }), "busy");
    await pulled.promise;
    hanging?.enqueue(new TextEncoder().encode("ab"));
    await uploads.append(id, { offset: "start", body: bodyOf(["abcd"]) });
    await first;
    assertEquals(await Deno.readTextFile((await uploads.file(id)).path), "abcd");
  });

  it("limits the size of a file, of an owner's files, and unfinished ones", async () => {
    const uploads = open({ maxBytes: 100, maxOwnerBytes: 150, maxUnfinished: 2 });
    for (const bytes of [0, -1, 1.5, 101, NaN, Infinity]) {
      await assertFails(announce(uploads, bytes), "too-large");
    }
    const { id } = await announce(uploads, 100);
    const { message } = await assertFails(announce(uploads, 51), "quota");
    assertMatch(message, /at most 150 bytes, got 51 more than 100/);
    await announce(uploads, 1);
    await assertFails(announce(uploads, 1), "quota");
    await announce(uploads, 100, "bob");
    // What is finished or removed counts no more.
    assert(await uploads.remove(id));
    assert(!await uploads.remove(id));
    await announce(uploads, 1);
  });

  it("counts announcements that come at the same time", async () => {
    const uploads = open({ maxUnfinished: 2 });
    const results = await Promise.allSettled([1, 1, 1, 1].map((bytes) => announce(uploads, bytes)));
    assertEquals(results.filter(({ status }) => status === "fulfilled").length, 2);
  });

  it("removes what was neither continued nor used for its lifetime, also after a restart", async () => {
    let time = Date.now();
    const clock = () => time;
    const first = open({ lifetimeMs: 24 * HOUR }, clock);
    const { id } = await announce(first, 2);
    const { id: used } = await announce(first, 2);
    await first.append(used, { offset: 0, body: bodyOf(["ab"]) });
    time += 20 * HOUR;
    await first.file(used);
    time += 20 * HOUR;
    assertEquals(await first.find(id), undefined);
    await assertFails(first.append(id, { offset: 0, body: bodyOf(["ab"]) }), "unknown");
    const second = open({ lifetimeMs: 24 * HOUR }, clock);
    await second.removeExpired();
    const left = await Array.fromAsync(Deno.readDir(folder.join("uploads")), ({ name }) => name);
    assertEquals(left, [used]);
    await second.file(used);
  });

  it("knows no id that leads out of its folder", async () => {
    await Deno.writeTextFile(folder.join("upload.json"), "{}");
    const uploads = open();
    await announce(uploads, 1);
    for (const id of ["..", "../..", "", ".", "a", "%2e%2e"]) {
      assertEquals(await uploads.find(id), undefined);
      assertEquals(await uploads.remove(id), false);
    }
  });

  itWithDisk("says that the disk is full, and continues when there is room", async () => {
    using disk = smallDisk("1m") ?? fail();
    const uploads = openUploadFolder(disk.path);
    const { id } = await announce(uploads, 2_000_000);
    const text = "x".repeat(2_000_000);
    const { message, received = 0 } = await assertFails(
      uploads.append(id, { offset: 0, body: bodyOf([text]) }),
      "disk-full",
    );
    assertMatch(message, /the disk is full\. Free some space/);
    const kept = (await uploads.find(id))?.received;
    assert(received > 500_000 && kept === received, `${received} and ${kept}`);
    disk.resize("4m");
    await uploads.append(id, { offset: received, body: bodyOf([text.slice(received)]) });
    assertEquals((await Deno.readTextFile((await uploads.file(id)).path)).length, 2_000_000);
  });
});

function fail(): never {
  throw new Error("There must be a disk.");
}
