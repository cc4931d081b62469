/** Formats of imports: what other programs wrote is read as those programs read it (tools/golden_formats.py). */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { openArchive } from "../../../data/archives/open.ts";
import type { Split } from "../../../data/dataset.ts";
import type { FormatName, ReaderOptions, SourceRecord } from "../../../data/formats/format.ts";
import { detectFormat, FORMATS } from "../../../data/formats/formats.ts";
import { assertFails } from "../../support/errors.ts";
import { writeZip } from "../../support/image_files.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const GOLDEN = fileURLToPath(new URL("./golden/", import.meta.url));

interface Expected {
  readonly source: string;
  readonly format: FormatName;
  readonly classes: readonly string[] | null;
  readonly samples: readonly {
    readonly split: Split | null;
    readonly label: string;
    readonly sha256: string;
  }[];
}

const EXPECTED: readonly Expected[] = JSON.parse(await Deno.readTextFile(`${GOLDEN}expected.json`));

/** Opens a source in the format that it is found to be in. */
async function open(path: string, options: ReaderOptions = {}) {
  const name = basename(path);
  const archive = await openArchive({ path, name });
  const format = await detectFormat(archive, name);
  const source = await FORMATS[format].open(archive, options, name);
  return { archive, format, source };
}

async function recordsOf(path: string, skip = 0, options: ReaderOptions = {}) {
  const { archive, source } = await open(path, options);
  try {
    return await Array.fromAsync(source.records(skip));
  } finally {
    archive.close();
  }
}

function summarize(record: SourceRecord) {
  if ("problem" in record) return record;
  const { split = null, label, value } = record;
  const bytes = value.kind === "file"
    ? value.bytes
    : value.kind === "pixels"
    ? value.pixels
    : new Uint8Array(value.features.buffer, value.features.byteOffset, value.features.byteLength);
  return { split, label, sha256: createHash("sha256").update(bytes).digest("hex") };
}

describe("a source of another program", () => {
  for (const { source: name, format: expected, classes, samples } of EXPECTED) {
    it(`is read as that program reads it: ${name}`, async () => {
      const { archive, format, source } = await open(`${GOLDEN}${name}`);
      assertEquals(format, expected);
      assertEquals(source.classes ?? null, classes);
      assertEquals(source.total, samples.length);
      const records = await Array.fromAsync(source.records(0));
      assertEquals(records.map(summarize), [...samples]);
      archive.close();
    });

    it(`can be read on from any of its records: ${name}`, async () => {
      const whole = await recordsOf(`${GOLDEN}${name}`);
      for (const skip of [1, samples.length - 1, samples.length]) {
        assertEquals(await recordsOf(`${GOLDEN}${name}`, skip), whole.slice(skip));
      }
    });
  }
});

describe("a format", () => {
  const folder = folderPerTest();

  it("refuses pickled objects, and says why", async () => {
    const numbers = /Cannot import x\.npy: it must hold numbers, got pickled .*allow_pickle=False/;
    await assertFails(open(`${GOLDEN}pickled.npz`), numbers);
    await Deno.writeFile(folder.join("data_batch_1"), Uint8Array.of(0x80, 0x04, 0x2e));
    await assertFails(open(folder.path), /binary version, got pickled Python objects/);
  });

  it("names rows without a label or a value", async () => {
    const [whole, noValue = "", noLabel = ""] = (await recordsOf(`${GOLDEN}gaps.parquet`)).map(
      (record) => "problem" in record ? `${record.file}: ${record.problem}` : record.label,
    );
    assertEquals(whole, "0");
    assertMatch(noValue, /^gaps\.parquet, row 1: .* in column value must be a number, got none/);
    assertMatch(noLabel, /^gaps\.parquet, row 2: .*label in column label must be a class/);
  });

  it("names rows whose lists are not as long as the others, or have gaps", async () => {
    const records = await recordsOf(`${GOLDEN}ragged.parquet`);
    assertEquals(records.map((record) => "problem" in record ? record.file : record.label), [
      ...["a", "ragged.parquet, row 1", "a", "ragged.parquet, row 3", "ragged.parquet, row 4", "b"],
    ]);
    const problems = records.flatMap((record) => "problem" in record ? [record.problem] : []);
    assertEquals(problems, [
      "Cannot use it: its list in column vector must have 2 numbers, got 1.",
      "Cannot use it: its list in column vector must have 2 numbers, got 0.",
      "Cannot use it: its value in column vector must be a number, got none.",
    ]);
  });

  it("says which file is cut or damaged", async () => {
    const cut = async (name: string, bytes: number) => {
      const path = folder.join(name);
      await Deno.copyFile(`${GOLDEN}${name}`, path);
      await Deno.truncate(path, bytes);
      return path;
    };
    const table = await cut("table.parquet", 900);
    await assertFails(
      open(table),
      /table\.parquet: it must be a whole Parquet file, got a damaged/,
    );
    await Deno.mkdir(folder.join("columns"));
    for (const name of ["features.npy", "target.npy"]) {
      await Deno.copyFile(`${GOLDEN}columns/${name}`, folder.join("columns", name));
    }
    await Deno.truncate(folder.join("columns", "features.npy"), 150);
    const bytes = /import features\.npy: it must hold \d+ bytes more, got its end after 150/;
    await assertFails(recordsOf(folder.join("columns")), bytes);
  });

  it("asks for names that tell samples from labels", async () => {
    const arrays = folder.join("arrays");
    await Deno.mkdir(arrays);
    for (const name of ["first", "second"]) {
      await Deno.copyFile(`${GOLDEN}columns/features.npy`, `${arrays}/${name}.npy`);
    }
    const names = /as x_train and y_train, or images and labels, got first\.npy \[4, 3\], second/;
    await assertFails(open(arrays), names);
  });

  it("takes rows for images of the shape that is stated", async () => {
    const options = { csv: { imageShape: [1, 3] } };
    const pixels = /pixels must be whole numbers from 0 to 255/;
    await assertFails(open(`${GOLDEN}columns`, options), pixels);
    const { archive, source } = await open(`${GOLDEN}columns`);
    assertEquals(source.content, { kind: "features", count: 3 });
    assert(source.total === 4);
    archive.close();
  });

  it("holds no packed Parquet file in memory where it can be unpacked to the disk", async () => {
    const zip = folder.join("table.zip");
    await writeZip(zip, { "table.parquet": await Deno.readFile(`${GOLDEN}table.parquet`) });
    const unpacked = folder.join("unpacked");
    let times = 0;
    const unpack = async (bytes: ReadableStream<Uint8Array>) => {
      times++;
      await Deno.writeFile(unpacked, bytes);
      return unpacked;
    };
    const records = await recordsOf(zip, 0, { unpack });
    assertEquals(times, 2);
    const plain = await recordsOf(`${GOLDEN}table.parquet`);
    assertEquals(records.map(summarize), plain.map(summarize));
  });
});
