/** Setting up: its files, a second time, and two at once. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertFails } from "../support/errors.ts";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { addonFile, libraryFolder } from "../../native/paths.ts";
import { findNative, setUpNative } from "../../native/setup.ts";
import {
  FAKE_COMPILER,
  type FakeToolchain,
  LIBRARIES,
  namesIn,
  openFakeToolchain,
  pip,
  wheelMembers,
} from "./fake_toolchain.ts";

/** Nothing half-written is left in the cache. */
async function assertNoParts({ paths }: FakeToolchain): Promise<void> {
  for await (const { name } of Deno.readDir(paths.cache)) assert(!name.endsWith(".part"), name);
}

/** Not deepEqual(): it would take minutes to show how much is different. */
function equals(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}

/** Gives files, also in folders, the time. */
async function makeAsOldAs(path: string, time: Date, names = /./): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (!names.test(name)) continue;
    if (isDirectory) await makeAsOldAs(join(path, name), time);
    await Deno.utime(join(path, name), time, time);
  }
  await Deno.utime(path, time, time);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

describe("setUpNative()", () => {
  it("puts the addon and links to the libraries where the package looks for them", async () => {
    await using toolchain = await openFakeToolchain();
    const { paths } = toolchain;
    const setUp = await toolchain.setUp();
    assertEquals(setUp, { build: "cpu", version: "2.21.0", gpu: false, changed: true });
    assertEquals(await Deno.readTextFile(addonFile(paths.package)), "addon\n");
    for (const [name, bytes] of Object.entries(LIBRARIES)) {
      const link = join(libraryFolder(paths.package), name);
      assert((await Deno.lstat(link)).isSymlink);
      assert(equals(await Deno.readFile(link), bytes));
      assert((await Deno.realPath(link)).startsWith(await Deno.realPath(paths.cache)));
    }
    await assertNoParts(toolchain);
  });

  it("compiles with the headers and the library of the cache, and looks for libraries beside the addon", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.setUp();
    const calls = await Deno.readTextFile(join(toolchain.folder, "c++.calls"));
    const library = join(toolchain.paths.cache, "tensorflow-test-cpu");
    assertMatch(calls, /-std=c\+\+17 -DNAPI_VERSION=8/);
    assert(calls.includes(`-I${library}/include`));
    assert(calls.includes(`-I${toolchain.paths.nodeApi}`));
    assert(calls.includes(`${library}/lib/libtensorflow_cc.so.2`));
    assert(calls.includes("-Wl,-rpath,$ORIGIN/../../deps/lib"));
    assertEquals(
      await Deno.readTextFile(join(library, "include", "tsl/platform/ctstring.h")),
      "tsl/platform/ctstring.h",
    );
  });

  it("takes the compiler that CXX names, with its flags", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.program("mine", FAKE_COMPILER);
    const env = new Map([["CXX", "mine -m64"]]);
    await setUpNative({ log: () => {} }, { ...toolchain, env });
    assertEquals(await toolchain.calls("mine", "-m64 -O2"), 1);
    assertEquals(await toolchain.calls("c++", ""), 0);
  });

  it("does and says nothing when all is there", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.setUp();
    const before = [...toolchain.lines];
    const again = await toolchain.setUp();
    assertEquals(again, { build: "cpu", version: "2.21.0", gpu: false, changed: false });
    assertEquals(toolchain.lines, before);
    assertEquals(await toolchain.calls("pip", "download"), 1);
    assertEquals(await toolchain.calls("c++", "-o"), 1);
  });

  it("serves another checkout from the cache, without pip and without a compiler", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.setUp();
    await toolchain.program("pip", "exit 1");
    await toolchain.program("c++", "exit 1");
    const paths = await toolchain.anotherCheckout();
    assertEquals((await toolchain.setUp({ paths })).changed, true);
    assertEquals(await Deno.readTextFile(addonFile(paths.package)), "addon\n");
  });

  it("puts back what was taken away, without fetching it again", async () => {
    await using toolchain = await openFakeToolchain();
    const { paths } = toolchain;
    await toolchain.setUp();
    const link = join(libraryFolder(paths.package), "libtensorflow_cc.so.2");
    for (const path of [addonFile(paths.package), link]) {
      await Deno.remove(path);
      assertEquals((await toolchain.setUp()).changed, true);
      await Deno.stat(path);
    }
    assertEquals(await toolchain.calls("pip", "download"), 1);
  });

  it("fetches again what the cache holds only in part", async () => {
    await using toolchain = await openFakeToolchain();
    const lib = join(toolchain.paths.cache, "tensorflow-test-cpu/lib");
    const library = join(lib, "libtensorflow_framework.so.2");
    await toolchain.setUp();
    await Deno.truncate(library, 10);
    await toolchain.setUp();
    assert(equals(await Deno.readFile(library), LIBRARIES["libtensorflow_framework.so.2"]));
    assertEquals(await toolchain.calls("pip", "download"), 2);
  });

  it("compiles again when the package's sources change", async () => {
    await using toolchain = await openFakeToolchain();
    const { paths } = toolchain;
    await toolchain.setUp();
    await Deno.writeTextFile(join(paths.package, "binding", "tfjs_backend.cc"), "other source");
    await Deno.remove(addonFile(paths.package));
    await toolchain.setUp();
    assertEquals(await toolchain.calls("c++", "-o"), 2);
  });

  it("removes from the cache what nothing has used for 30 days, and nothing else", async () => {
    await using toolchain = await openFakeToolchain();
    const { paths: { cache } } = toolchain;
    await toolchain.setUp();
    const [addon = ""] = (await namesIn(cache)).filter((name) => name.startsWith("addon-"));
    const [old, younger] = [daysAgo(31), daysAgo(29)];
    // A file that a set-up of another version left there, and one that belongs to no set-up.
    await Deno.rename(join(cache, addon), join(cache, `addon-${"0".repeat(20)}.node`));
    for (const [name, age] of [["old", old], ["younger", younger], ["read", old]] as const) {
      await copyFolder(join(cache, "tensorflow-test-cpu"), join(cache, `tensorflow-${name}`));
      await makeAsOldAs(join(cache, `tensorflow-${name}`), age);
    }
    await Deno.utime(join(cache, "tensorflow-read/lib/libtensorflow_cc.so.2"), younger, old);
    await Deno.mkdir(join(cache, "venv"));
    await Deno.writeTextFile(join(cache, "venv", "file"), "");
    await makeAsOldAs(cache, old, /^addon-|^venv/);

    // Once a day somebody looks: not at each start.
    await toolchain.setUp();
    assert((await namesIn(cache)).includes("tensorflow-old"));
    const note = join(cache, "tensorflow-test-cpu", "contents.json");
    await Deno.utime(note, old, old);
    const said = toolchain.lines.length;
    assertEquals((await toolchain.setUp()).changed, false);
    const kept = ["tensorflow-read", "tensorflow-test-cpu", "tensorflow-younger"];
    assertEquals(await namesIn(cache), ["lock", ...kept, "venv"]);
    assertEquals(toolchain.lines.slice(said).sort(), [
      `Removed addon-${"0".repeat(20)}.node from ${cache}: it was not used for 30 days`,
      `Removed tensorflow-old from ${cache}: it was not used for 30 days`,
    ]);
    // What is in use is in use from now on.
    assert(((await Deno.stat(note)).mtime ?? old) > younger);
  });

  it("keeps what a set-up uses, however old it is", async () => {
    await using toolchain = await openFakeToolchain();
    const { paths: { cache } } = toolchain;
    await toolchain.setUp();
    await makeAsOldAs(cache, daysAgo(100));
    const paths = await toolchain.anotherCheckout();
    await toolchain.setUp({ paths });
    assertEquals(await toolchain.calls("pip", "download"), 1);
    assertEquals(await toolchain.calls("c++", "-o"), 1);
    assertEquals((await namesIn(cache)).length, 3);
  });

  it("removes what a killed set-up left", async () => {
    await using toolchain = await openFakeToolchain();
    await Deno.mkdir(join(toolchain.paths.cache, "download.1234.part"), { recursive: true });
    await toolchain.setUp();
    await assertNoParts(toolchain);
  });

  it("lets two at once fetch and compile once", async () => {
    await using toolchain = await openFakeToolchain();
    const other = await toolchain.anotherCheckout();
    const both = await Promise.all([toolchain.setUp(), toolchain.setUp({ paths: other })]);
    assertEquals(both.map(({ changed }) => changed), [true, true]);
    assertEquals(await toolchain.calls("pip", "download"), 1);
    assertEquals(await toolchain.calls("c++", "-o"), 1);
    assert(toolchain.lines.includes("Waiting for another set-up to end"));
    for (const { package: folder } of [toolchain.paths, other]) {
      assertEquals(await Deno.readTextFile(addonFile(folder)), "addon\n");
    }
  });

  it("links NVIDIA's libraries under each name that TensorFlow looks for, and takes them away again", async () => {
    await using toolchain = await openFakeToolchain();
    const deps = join(toolchain.paths.package, "deps");
    const cudart = (name: string) => join(deps, "nvidia", name, "lib", "libcudart.so.12");
    assertEquals((await toolchain.setUp({ gpu: true })).build, "cuda");
    for (const name of ["cublas", "cuda_runtime", "cudnn", "cufft", "cusolver", "cusparse"]) {
      assertEquals((await Deno.readFile(cudart(name))).length, 1000);
    }
    // What TensorFlow does not need is not kept.
    assertEquals(await namesIn(join(deps, "cuda")), ["libcudart.so.12"]);
    assertEquals((await toolchain.setUp({ gpu: false })).build, "cpu");
    await assertRejects(() => Deno.stat(cudart("cublas")), Deno.errors.NotFound);
    assertEquals(await toolchain.calls("c++", "-o"), 1, "both builds have one addon");
  });

  it("keeps the CUDA build where nothing else is asked for", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.setUp({ gpu: true });
    const { build, changed } = await toolchain.setUp();
    assertEquals([build, changed], ["cuda", false]);
  });

  it("holds in the layers of a container's image, which cut times to whole seconds", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.setUp();
    const addon = addonFile(toolchain.paths.package);
    const time = ((await Deno.stat(addon)).mtime?.getTime() ?? 0) / 1000;
    for (const layer of [Math.floor(time), Math.ceil(time)]) {
      await Deno.utime(addon, layer, layer);
      assertEquals((await toolchain.setUp()).changed, false);
    }
    await Deno.utime(addon, time + 2, time + 2);
    assertEquals((await toolchain.setUp()).changed, true);
  });

  it("leaves no stamp when the proof fails, so that the next start tries again", async () => {
    await using toolchain = await openFakeToolchain();
    const broken = { ...toolchain, verify: () => Promise.reject(new Error("no")) };
    await toolchain.setUp();
    await Deno.remove(addonFile(toolchain.paths.package));
    await assertFails(setUpNative({ log: () => {} }, broken), /no/);
    assertEquals(await findNative(toolchain.paths), undefined);
    await toolchain.setUp();
    assertEquals((await findNative(toolchain.paths))?.version, "2.21.0");
  });

  it("takes a wheel that is named, and asks nobody for one", async () => {
    await using toolchain = await openFakeToolchain();
    await toolchain.program("pip", "exit 1");
    await toolchain.setUp({ wheel: toolchain.wheel });
    assertEquals(await toolchain.calls("pip", ""), 0);
  });

  it("fetches once more when a wheel arrives damaged", async () => {
    await using toolchain = await openFakeToolchain();
    const flag = join(toolchain.folder, "second");
    await toolchain.program(
      "pip",
      `
case "$1" in download)
  if ! cat ${flag} 2>/dev/null; then
    echo > ${flag}
    echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE." >&2
    exit 1
  fi;;
esac
${pip(toolchain.folder)}`,
    );
    await toolchain.setUp();
    assertEquals(await toolchain.calls("pip", "download"), 2);
    assert(toolchain.lines.some((line) => line.includes("arrived damaged")));
  });

  it("fetches with uv where there is no pip", async () => {
    await using toolchain = await openFakeToolchain();
    const unpacked = join(toolchain.folder, "unpacked");
    for (const [name, bytes] of Object.entries(wheelMembers())) {
      await Deno.mkdir(join(unpacked, name, ".."), { recursive: true });
      await Deno.writeFile(join(unpacked, name), bytes);
    }
    await Deno.remove(join(toolchain.folder, "bin", "pip"));
    await toolchain.program(
      "uv",
      `
case "$1" in --version) echo "uv 0.13.9"; exit 0;; esac
while [ $# -gt 0 ]; do
  case "$1" in --target) target=$2;; esac
  shift
done
cp -r ${unpacked} "$target"`,
    );
    await toolchain.setUp();
    assertEquals(await toolchain.calls("uv", "--python-platform x86_64-manylinux_2_28"), 1);
  });
});
