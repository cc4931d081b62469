/** Lists of zips: plain ones are read here, others by zip.js, and both say the same. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { openArchive } from "../../../data/archives/open.ts";
import { PartReader } from "../../../data/archives/part_reader.ts";
import { listPlainZip } from "../../../data/archives/plain_zip.ts";
import { assertFails } from "../../support/errors.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();
const END_BYTES = 22;
const LINK = 0o120777;

interface Options {
  readonly unixMode?: number;
  readonly password?: string;
}

async function pack(
  files: Readonly<Record<string, Options>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, options] of Object.entries(files)) {
    const content = new Uint8ArrayReader(new TextEncoder().encode(name));
    await zip.add(name, name.endsWith("/") ? undefined : content, {
      ...options,
      directory: name.endsWith("/"),
      zipCrypto: true,
    });
  }
  return new Uint8Array(await zip.close());
}

/** Opens an archive, and says whether it was read as a plain one. */
async function list(bytes: Uint8Array<ArrayBuffer>) {
  const path = folder.join("some.zip");
  await Deno.writeFile(path, bytes);
  using file = await Deno.open(path);
  const isPlain = await listPlainZip(new PartReader(file), bytes.length, "some.zip") !== undefined;
  const archive = await openArchive({ path, name: "some.zip" });
  const files: Record<string, string> = {};
  for await (const { file, bytes } of archive.read(new Set(archive.files))) {
    files[file.path] = await bytes(1000).then(
      (content) => new TextDecoder().decode(content),
      (error) => error.message,
    );
  }
  archive.close();
  return { isPlain, files, leftOut: archive.leftOut };
}

/** Replaces the first and the last bytes that read so: a name in its header and in the list. */
function rename(bytes: Uint8Array<ArrayBuffer>, name: string, by: readonly number[]): void {
  const text = new TextDecoder("latin1").decode(bytes);
  const wanted = new TextDecoder("latin1").decode(new TextEncoder().encode(name));
  for (const at of [text.indexOf(wanted), text.lastIndexOf(wanted)]) bytes.set(by, at);
}

describe("the list of a zip", () => {
  const files = { "a/": {}, "a/1.png": {}, "ä/2.png": {}, "a/link": { unixMode: LINK } };
  const wanted = { "a/1.png": "a/1.png", "ä/2.png": "ä/2.png" };

  it("has files without folders and links", async () => {
    const { isPlain, files: read, leftOut } = await list(await pack(files));
    assert(isPlain);
    assertEquals(read, wanted);
    assertEquals(leftOut.map(({ file }) => file), ["a/link"]);
  });

  it("is the same behind other bytes", async () => {
    const script = new TextEncoder().encode(
      "PK\x03\x04 begins it all, so that it is a zip still\n",
    );
    const bytes = new Uint8Array([...script, ...await pack(files)]);
    const { isPlain, files: read, leftOut } = await list(bytes);
    assert(!isPlain);
    assertEquals(read, wanted);
    assertEquals(leftOut.map(({ file }) => file), ["a/link"]);
  });

  it("is the same with a comment behind it", async () => {
    const bytes = await pack(files);
    bytes[bytes.length - 2] = 4;
    const { isPlain, files: read } = await list(new Uint8Array([...bytes, 1, 2, 3, 4]));
    assert(!isPlain);
    assertEquals(read, wanted);
  });

  it("has names of older systems", async () => {
    const bytes = await pack({ "xy/1.png": {} });
    // 'ä' in the code page of DOS.
    rename(bytes, "xy/1", [0x84]);
    const text = new TextDecoder("latin1").decode(bytes);
    // Without the flag of UTF-8.
    for (const [signature, flags] of [["PK\x03\x04", 7], ["PK\x01\x02", 9]] as const) {
      const at = text.indexOf(signature) + flags;
      bytes[at] = (bytes[at] ?? 0) & ~0x08;
    }
    const { isPlain, files: read } = await list(bytes);
    assert(!isPlain);
    assertEquals(Object.keys(read), ["äy/1.png"]);
  });

  it("has encrypted files, which cannot be read", async () => {
    const { isPlain, files: read } = await list(await pack({ "a/1.png": { password: "key" } }));
    assert(isPlain);
    assertEquals(read, { "a/1.png": "must not be encrypted." });
  });

  it("is refused if it states more files than it has", async () => {
    const bytes = await pack({ "a/1.png": {} });
    bytes[bytes.length - END_BYTES + 8] = 2;
    bytes[bytes.length - END_BYTES + 10] = 2;
    await assertFails(list(bytes), /must be a whole zip file, got a damaged one/);
  });
});
