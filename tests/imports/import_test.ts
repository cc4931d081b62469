/** Imports from the outside: a source goes in, a dataset comes out that is read as MNIST is. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { assertFails } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { listImportedInfos } from "../../data/storage/describe.ts";
import { openDataset } from "../../data/storage/open.ts";
import { deleteImported, findImported } from "../../imports/datasets.ts";
import { colouredImages, png, writeZip } from "../support/image_files.ts";
import { importDataset, importRequest, manifestOf, problemOf } from "../support/import_dataset.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const folder = folderPerTest();
const RGB_8 = { width: 8, height: 8, color: "RGB", fit: "STRETCH" } as const;
const GREY_4 = { width: 4, height: 4, color: "GREY", fit: "COVER" } as const;

/** Imports a source, and returns the dataset's manifest. */
const imported = async (...of: Parameters<typeof importRequest>) =>
  manifestOf(await importDataset(folder.path, importRequest(...of)));

describe("an import of images in folders", () => {
  it("makes a dataset of the classes, sorted, that is read as MNIST is", async () => {
    const zip = folder.join("colours.zip");
    await writeZip(zip, colouredImages(10, "wrapped/"));
    const { content, version, problemCount } = await imported(zip, { images: RGB_8 });
    assertEquals(content.classes, ["blue", "green", "red"]);
    assertEquals([content.train.classCounts, content.test.classCounts], [[8, 8, 8], [2, 2, 2]]);
    assertEquals(problemCount, 0);
    const train = await openDataset(`mine@${version}`, "train", folder.path);
    assertEquals([train.count, train.imageShape, train.images.length], [24, [8, 8, 3], 24 * 192]);
    for (const [at, label] of train.labels.entries()) {
      const pixel = train.images.subarray(at * 192, at * 192 + 3);
      const strongest = pixel.indexOf(Math.max(...pixel));
      assertEquals(["red", "green", "blue"][strongest], content.classes[label]);
    }
    const infos = await listImportedInfos(folder.path);
    assertEquals(infos.map(({ reference }) => reference), [`mine@${version}`]);
  });

  it("gives equal sources equal versions, and others another one", async () => {
    const zip = folder.join("colours.zip");
    await writeZip(zip, colouredImages(3));
    const versions: string[] = [];
    for (const seed of [0, 0, 1]) {
      versions.push((await imported(zip, { images: RGB_8, seed })).version);
      await deleteImported(folder.path, "mine");
    }
    const [first, again, other] = versions;
    assertEquals(first, again);
    assertNotEquals(first, other);
  });

  it("keeps folders for training and testing apart, and trains on those for validation", async () => {
    const zip = folder.join("divided.zip");
    await writeZip(zip, {
      ...colouredImages(2, "data/train/"),
      ...colouredImages(1, "data/Valid/"),
      ...colouredImages(1, "data/test/"),
    });
    const { train, test } = (await imported(zip, { images: GREY_4 })).content;
    assertEquals([train.count, test.count], [9, 3]);
  });

  it("takes a folder that is named as a part among those of classes for a class", async () => {
    for (const top of ["", "train/"]) {
      const path = folder.join("vehicles.zip");
      const names = ["bus/1.png", "bus/test_2.png", "train/1.png", "train/2.png"];
      const files = names.map((name) => [`${top}${name}`, png(8, 8, [9, 9, 9])]);
      await writeZip(path, Object.fromEntries(files));
      const { classes, train, test } = (await imported(path)).content;
      assertEquals([classes.join(), train.count + test.count], ["bus,train", 4]);
      await deleteImported(folder.path, "mine");
    }
  });

  it("sorts folders that are numbers as torchvision does", async () => {
    const path = folder.join("numbers.zip");
    const names = Array.from({ length: 12 }, (_, at) => String(at));
    const files = names.flatMap((name) => [`${name}/0.png`, `${name}/1.png`]);
    await writeZip(path, Object.fromEntries(files.map((file) => [file, png(8, 8, [9, 9, 9])])));
    const { content } = await imported(path);
    assertEquals(content.classes.join(), "0,1,10,11,2,3,4,5,6,7,8,9");
  });

  it("names each file that it leaves out, with the reason, and uses the others", async () => {
    const whole = png(6, 6, [1, 2, 3]);
    const zip = folder.join("mixed.zip");
    await writeZip(zip, {
      ...colouredImages(3),
      "readme.txt": "About these images.",
      "red/notes.png": "no image",
      "red/cut.png": whole.subarray(0, whole.length - 20),
      "../outside.png": whole,
      "__MACOSX/red/._1.png": "x",
      "red/.DS_Store": "x",
      "red/UPPER.JPG": whole,
    });
    const { problems, problemCount, content } = await imported(zip, { images: GREY_4 });
    const files = problems.map(({ file }) => file).toSorted();
    assertEquals(files, ["../outside.png", "readme.txt", "red/cut.png", "red/notes.png"]);
    assertEquals(problemCount, 4);
    assertEquals(content.train.count + content.test.count, 10);
    const messages = problems.map(({ message }) => message).join("\n");
    assertMatch(messages, /it must lie in the folder of its class/);
    assertMatch(messages, /its path must lie in the archive/);
    assertMatch(messages, /it must be a whole image, got one that is damaged or cannot be decoded/);
    assertMatch(messages, /it must be a PNG, JPEG, WebP, GIF, TIFF or AVIF image/);
  });

  it("fails for a zip without files, with one class, or of damaged bytes, and leaves no dataset", async () => {
    const sources: readonly [Record<string, Uint8Array>, RegExp][] = [
      [{}, /must hold files, got none/],
      [{ "table.csv": new Uint8Array(), "red/1.png": new Uint8Array() }, /all its files are empty/],
      [{ "red/1.png": png(4, 4, [1, 1, 1]) }, /must have 2 to 1000 classes, got 1: 'red'/],
    ];
    for (const [files, message] of sources) {
      const zip = folder.join("few.zip");
      await writeZip(zip, files);
      const found = await importDataset(folder.path, importRequest(zip, { images: GREY_4 }));
      assertMatch(problemOf(found), message);
    }
    await writeZip(folder.join("cut.zip"), colouredImages(2));
    await Deno.truncate(folder.join("cut.zip"), 300);
    const cut = await importDataset(folder.path, importRequest(folder.join("cut.zip")));
    assertMatch(problemOf(cut), /must be a whole zip file/);
    await assertFails(openDataset("mine", "train", folder.path), /Cannot use dataset 'mine'/);
  });

  it("fails for an empty file, an empty folder and a folder without files, and says so", async () => {
    const file = async (name: string, content: BlobPart) => {
      const path = folder.join(name);
      const plain = new Blob([content]).stream();
      const packed = () => plain.pipeThrough(new CompressionStream("gzip"));
      await Deno.writeFile(path, name.endsWith(".gz") ? packed() : plain);
      return path;
    };
    const directory = async (name: string) => {
      const path = folder.join(name);
      await Deno.mkdir(path, { recursive: true });
      return path;
    };
    await directory("no-files/red");
    const sources: readonly [string, RegExp][] = [
      [await file("table.csv", ""), /^Cannot import table\.csv: the file is empty\.$/],
      [await file("table.csv.gz", ""), /^Cannot import table\.csv\.gz: the file is empty\.$/],
      [await directory("nothing"), /^Cannot import nothing: it must hold files, got none\.$/],
      [folder.join("no-files"), /^Cannot import no-files: it must hold files, got none\.$/],
    ];
    for (const [path, message] of sources) {
      const request = importRequest(path, { format: "CSV" });
      assertMatch(problemOf(await importDataset(folder.path, request)), message);
    }
  });

  it("leaves an empty file out, and says so", async () => {
    const zip = folder.join("one-empty.zip");
    await writeZip(zip, { ...colouredImages(4), "red/empty.png": new Uint8Array() });
    const [problem] = (await imported(zip, { images: GREY_4 })).problems;
    assertEquals(problem?.file, "red/empty.png");
    assertMatch(problem?.message ?? "", /got an empty file\.$/);
  });

  it("takes a folder, whose links it leaves out", async () => {
    for (const [path, bytes] of Object.entries(colouredImages(2))) {
      await Deno.mkdir(folder.join("images", path, ".."), { recursive: true });
      await Deno.writeFile(folder.join("images", path), bytes);
    }
    await Deno.symlink("/etc/passwd", folder.join("images", "red", "link.png"));
    const { problems, content } = await imported(folder.join("images"), { images: GREY_4 });
    assertEquals(content.train.count + content.test.count, 6);
    assertEquals(problems.map(({ file }) => file), ["red/link.png"]);
  });
});

describe("an import of a table", () => {
  it("reads labels with gaps and pixels that need no size", async () => {
    const row = (label: number, value: number) => [label, ...new Array(64).fill(value)].join(",");
    const head = ["label", ...Array.from({ length: 64 }, (_, at) => `pixel${at}`)].join(",");
    const rows = Array.from({ length: 10 }, (_, at) => row(at % 2 === 0 ? 0 : 2, at));
    await Deno.writeTextFile(folder.join("digits.csv"), [head, ...rows].join("\n"));
    const { content } = await imported(folder.join("digits.csv"));
    assertEquals([content.classes, content.imageShape], [["0", "2"], [8, 8, 1]]);
    const test = await openDataset("mine", "test", folder.path);
    for (const [at, label] of test.labels.entries()) {
      assertEquals((test.images[at * 64] ?? 0) % 2, label);
    }
  });

  it("leaves out a column that numbers the rows, unless it is asked for", async () => {
    const path = folder.join("iris.csv");
    const rows = Array.from({ length: 12 }, (_, at) => `${at + 1},${at % 4},${at < 6 ? "a" : "b"}`);
    await Deno.writeTextFile(path, ["Id,Petal,Species", ...rows].join("\n"));
    const { content, columns, problems } = await imported(path);
    assertEquals([content.imageShape, columns], [[1, 1, 1], ["Petal"]]);
    assertEquals(problems, [{
      file: "iris.csv, column 'Id'",
      message:
        "It only numbers the rows, so it is left out. To use it, list all columns to use (--features, or csv.features in the API).",
    }]);

    const both = await imported(path, { name: "asked", csv: { features: ["Id", "Petal"] } });
    assertEquals([both.content.imageShape, both.problems], [[1, 1, 2], []]);
    assertEquals(both.columns, ["Id", "Petal"]);
  });

  it("has no names of features where a table has no header, and one version with and without", async () => {
    const rows = Array.from({ length: 12 }, (_, at) => `${at % 4},${at < 6 ? "a" : "b"}`);
    const manifests = [];
    for (const [name, lines] of [["bare", rows], ["headed", ["size,label", ...rows]]] as const) {
      const path = folder.join(`${name}.csv`);
      await Deno.writeTextFile(path, lines.join("\n"));
      manifests.push(await imported(path, { name, csv: { label: "2" } }));
    }
    const [bare, headed] = manifests;
    assertEquals([bare?.columns, headed?.columns], [undefined, ["size"]]);
    assertEquals(bare?.version, headed?.version);
  });

  it("takes an index in other steps for values, and a table's only column", async () => {
    const path = folder.join("steps.csv");
    const tables = [
      ["last", "index,Species", (at: number, label: string) => `${at},${label}`, 1],
      ["first", "Species,index,size", (at: number, label: string) => `${label},${at * 2},1`, 2],
    ] as const;
    for (const [name, head, row, features] of tables) {
      const rows = Array.from({ length: 12 }, (_, at) => row(at, at < 6 ? "a" : "b"));
      await Deno.writeTextFile(path, [head, ...rows].join("\n"));
      const { content, problems } = await imported(path, { name });
      assertEquals([content.imageShape[2], problems], [features, []]);
    }
  });

  it("names rows with missing values, other values and other numbers of columns", async () => {
    const pixels = new Array(64).fill(7).join(",");
    const rest = pixels.slice(2);
    const lines = [`a,${pixels}`, `b,${pixels}`, "a,1,2", `b,,${rest}`, `a,256,${rest}`];
    const whole = Array.from({ length: 8 }, (_, at) => `${at % 2 ? "a" : "b"},${pixels}`);
    await Deno.writeTextFile(folder.join("rows.csv"), [...whole, ...lines].join("\r\n"));
    const csv = { label: "1", imageShape: [8, 8] as const };
    const { problems, content } = await imported(folder.join("rows.csv"), { csv });
    const rows = problems.map(({ file }) => file);
    assertEquals(rows, ["rows.csv, row 11", "rows.csv, row 12", "rows.csv, row 13"]);
    assertMatch(problems[0]?.message ?? "", /a row must have 65 columns, got 3/);
    assertMatch(problems[1]?.message ?? "", /its value in column column 2 is missing/);
    assertMatch(problems[2]?.message ?? "", /must be a whole number from 0 to 255, got '256'/);
    assertEquals(content.train.count + content.test.count, 10);
  });
});

describe("the state of an import", () => {
  it("refuses a name that is taken, and gives it back once the dataset is deleted", async () => {
    const zip = folder.join("colours.zip");
    await writeZip(zip, colouredImages(2));
    const request = importRequest(zip, { images: GREY_4 });
    await importDataset(folder.path, request);
    await assertFails(importDataset(folder.path, request), /a dataset has that name/);
    const builtIn = importDataset(folder.path, { ...request, name: "mnist" });
    await assertFails(builtIn, /a built-in dataset has that name\. Choose another name/);
    assert(await deleteImported(folder.path, "mine"));
    assertEquals(await findImported(folder.path, "mine"), undefined);
    manifestOf(await importDataset(folder.path, request));
  });

  it("shows damage to a dataset's files before anything is trained on them", async () => {
    const zip = folder.join("colours.zip");
    await writeZip(zip, colouredImages(2));
    await importDataset(folder.path, importRequest(zip, { images: GREY_4 }));
    const path = folder.join("imported", "mine", "train.safetensors");
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await Deno.writeFile(path, bytes);
    await assertFails(openDataset("mine", "train", folder.path), /that were imported/);
    const other = openDataset(`mine@${"0".repeat(64)}`, "test", folder.path);
    await assertFails(other, /its version must be 0000/);
  });
});
