/** Archives as sources: tars, and the bounds on what is unpacked. */
import { gzipSync } from "node:zlib";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { packTar } from "modern-tar";
import {
  type Archive,
  FileList,
  MAX_FILES,
  unpackedLimit,
} from "../../../data/archives/archive.ts";
import { boundedStream } from "../../../data/archives/gzip.ts";
import { openArchive } from "../../../data/archives/open.ts";
import { ImportError } from "../../../data/imported/error.ts";
import { assertFails, assertThrowsMatch } from "../../support/errors.ts";
import { writeZip } from "../../support/image_files.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

type Entry = Parameters<typeof packTar>[0] extends readonly (infer E)[] ? E : never;

/** Digits that do not pack well. */
const NOISE = Array.from({ length: 40_000 }, (_, at) => Math.sin(at + 1)).join("").slice(
  0,
  200_000,
);

const file = (name: string, body: string): Entry => ({
  header: { name, size: body.length, type: "file" },
  body,
});

async function writeTar(name: string, entries: readonly Entry[], isGzip: boolean): Promise<string> {
  const bytes = new Uint8Array(await packTar([...entries]));
  const plain = new Blob([bytes]).stream();
  const packed = isGzip ? plain.pipeThrough(new CompressionStream("gzip")) : plain;
  const path = folder.join(name);
  await Deno.writeFile(path, packed);
  return path;
}

async function textsOf(path: string) {
  const archive = await openArchive({ path, name: "source" });
  const texts: Record<string, string> = {};
  for await (const { file, bytes } of archive.read(new Set(archive.files))) {
    texts[file.path] = new TextDecoder().decode(await bytes(1e6));
  }
  archive.close();
  return { texts, leftOut: archive.leftOut };
}

describe("a tar file", () => {
  const entries: readonly Entry[] = [
    { header: { name: "set/", size: 0, type: "directory" } },
    file("./set/a.txt", "one"),
    file("set/.hidden", "x"),
    file("../outside.txt", "x"),
    { header: { name: "set/link", size: 0, type: "symlink", linkname: "/etc/passwd" } },
    file("set/b.txt", "two"),
  ];

  for (const isGzip of [false, true]) {
    it(`gives its files, without those that lead elsewhere${isGzip ? ", packed by gzip" : ""}`, async () => {
      const { texts, leftOut } = await textsOf(await writeTar("source.bin", entries, isGzip));
      assertEquals(texts, { "set/a.txt": "one", "set/b.txt": "two" });
      assertEquals(leftOut.map(({ file }) => file), ["../outside.txt", "set/link"]);
      assertMatch(leftOut[1]?.message ?? "", /must be a file, got a link/);
    });

    it(`is refused when its end is missing${isGzip ? ", packed by gzip" : ""}`, async () => {
      const path = await writeTar("cut.bin", [file("a", NOISE)], isGzip);
      const { size } = await Deno.stat(path);
      await Deno.truncate(path, Math.floor(size / 2));
      await assertFails(textsOf(path), /must be a whole tar file, got a damaged one/);
    });
  }
});

describe("a gzip file", () => {
  it("gives the contents of all its members", async () => {
    const path = folder.join("members.csv.gz");
    const members = ["label,x\n", "a,1\n", "b,2\n"].map((text) => gzipSync(text));
    await Deno.writeFile(path, new Uint8Array(await new Blob(members).arrayBuffer()));
    assertEquals((await textsOf(path)).texts, { source: "label,x\na,1\nb,2\n" });
  });

  it("is known as a tar also where its first members are shorter than a tar's head", async () => {
    const tar = new Uint8Array(await packTar([file("a.txt", "one"), file("b.txt", "two")]));
    const cuts = [0, 100, 300, tar.length];
    const members = cuts.slice(1).map((end, at) => gzipSync(tar.subarray(cuts[at], end)));
    const path = folder.join("members.tar.gz");
    await Deno.writeFile(path, new Uint8Array(await new Blob(members).arrayBuffer()));
    assertEquals((await textsOf(path)).texts, { "a.txt": "one", "b.txt": "two" });
  });

  it("is known as a tar also behind a long field of its header, such as dictzip's", async () => {
    const tar = new Uint8Array(await packTar([file("a.txt", "one")]));
    const [packed, field] = [gzipSync(tar), new Uint8Array(60_000)];
    const head = packed.slice(0, 10);
    head[3] = 4;
    const length = new Uint8Array([field.length & 255, field.length >> 8]);
    const path = folder.join("field.tar.gz");
    const parts = [head, length, field, packed.subarray(10)];
    await Deno.writeFile(path, new Uint8Array(await new Blob(parts).arrayBuffer()));
    assertEquals((await textsOf(path)).texts, { "a.txt": "one" });
  });

  it("is refused when the end of its last member is missing", async () => {
    const path = folder.join("cut.csv.gz");
    const members = [gzipSync("a,1\n"), gzipSync(NOISE).subarray(0, -20)];
    await Deno.writeFile(path, new Uint8Array(await new Blob(members).arrayBuffer()));
    await assertFails(textsOf(path), /must be packed correctly, got damage/);
  });
});

describe("the bounds of a source", () => {
  it("allow a number of bytes that grows with the size of its archive", () => {
    const packed = 1000;
    const list = () => new FileList("bomb.zip", packed);
    list().add("a", unpackedLimit(packed));
    const error = assertThrows(() => list().add("a", unpackedLimit(packed) + 1), ImportError);
    assertMatch(error.message, /Cannot import bomb\.zip: it must hold at most 64,200,000 bytes/);
    const many = list();
    many.add("a", unpackedLimit(packed) - 1);
    assertThrows(() => many.add("b", 2), ImportError);
  });

  it("allow a number of files", () => {
    const list = new FileList("many");
    for (let at = 0; at < MAX_FILES; at++) list.add(".hidden", 0);
    assertThrowsMatch(() => list.add("one more", 0), /must hold at most 1,000,000 files, got more/);
  });

  it("refuse a zip that states more files before they are listed", async () => {
    const path = folder.join("many.zip");
    await writeZip(path, { "a/1.png": "1", "b/2.png": "2" });
    const bytes = await Deno.readFile(path);
    const end = new DataView(bytes.buffer, bytes.length - 22);
    const [length, offset] = [end.getUint32(12, true), end.getUint32(16, true)];
    await Deno.writeFile(path, withZip64(bytes.subarray(0, -22), MAX_FILES + 1, length, offset));
    const many = /Cannot import many\.zip: it must hold at most 1,000,000 files, got more\.$/;
    await assertFails(openArchive({ path, name: "many.zip" }), many);
    await Deno.writeFile(path, withZip64(bytes.subarray(0, -22), 2, length, offset));
    using archive = opened(await openArchive({ path, name: "two.zip" }));
    assertEquals(archive.files.map(({ path }) => path), ["a/1.png", "b/2.png"]);
  });

  it("leave out a file below too many folders", () => {
    const list = new FileList("deep");
    list.add(`${"a/".repeat(63)}1.png`, 1);
    list.add(`${"a/".repeat(64)}2.png`, 1);
    assertEquals(list.files.length, 1);
    const deep = /its path must lead through fewer than 64 folders, got 64/;
    assertMatch(list.leftOut[0]?.message ?? "", deep);
  });

  it("end a stream that is longer than it states", async () => {
    const stream = boundedStream(new Blob(["12345"]).stream(), 4);
    const bytes = new Response(stream).bytes();
    await assertFails(bytes, /must hold at most 4 bytes once unpacked, got more/);
    assertEquals(await new Response(boundedStream(new Blob(["1234"]).stream(), 4)).text(), "1234");
  });
});

/** Ends a zip by the records of Zip64, which state any number of files. */
function withZip64(
  before: Uint8Array,
  files: number,
  directoryBytes: number,
  directoryOffset: number,
): Uint8Array {
  const record = new DataView(new ArrayBuffer(56 + 20 + 22));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(4, 44n, true);
  record.setBigUint64(24, BigInt(files), true);
  record.setBigUint64(32, BigInt(files), true);
  record.setBigUint64(40, BigInt(directoryBytes), true);
  record.setBigUint64(48, BigInt(directoryOffset), true);
  record.setUint32(56, 0x07064b50, true);
  record.setBigUint64(64, BigInt(before.length), true);
  record.setUint32(72, 1, true);
  record.setUint32(76, 0x06054b50, true);
  record.setUint16(84, 0xffff, true);
  record.setUint16(86, 0xffff, true);
  record.setUint32(88, 0xffffffff, true);
  record.setUint32(92, 0xffffffff, true);
  return new Uint8Array([...before, ...new Uint8Array(record.buffer)]);
}

function opened(archive: Archive) {
  return { files: archive.files, [Symbol.dispose]: archive.close };
}
