/** The native engine's build, by a compiler that only logs what it is asked for. */
import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { defaultBuildOptions, setUpKernels } from "../../native/kernels/build.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** Says its version, appends its arguments to a file, and writes a line to the file behind -o. */
const COMPILER = `#!/bin/sh
case "$1" in --version) echo "fake 1.0"; exit 0 ;; esac
echo "$*" >> "$LOG"
while [ $# -gt 1 ]; do [ "$1" = -o ] && echo made > "$2"; shift; done
`;

/** Refuses the engine at once; says of all else when it begins and, later, when it ends. */
const SLOW_COMPILER = `#!/bin/sh
case "$*" in --version) echo "fake 1.0"; exit 0 ;; *engine.cpp*) exit 1 ;; esac
echo begins >> "$LOG"
sleep 0.3
echo ends >> "$LOG"
`;

/** Returns options of a build in a folder by a compiler, which writes to a log there. */
async function optionsFor(folder: string, script: string) {
  const [compiler, log] = [join(folder, "fake.sh"), join(folder, "log")];
  await Deno.writeTextFile(compiler, script.replaceAll("$LOG", log), { mode: 0o755 });
  const options = {
    ...defaultBuildOptions(),
    cache: folder,
    library: join(folder, "libkernels.so"),
    env: { get: (name: string) => name === "CXX" ? compiler : undefined },
  };
  return { options, log };
}

/** Builds in an empty folder; returns the compiler's calls, and the names of what is cached. */
async function build(isPortable: boolean, ...more: readonly boolean[]) {
  using folder = temporaryFolder();
  const { options, log } = await optionsFor(folder.path, COMPILER);
  for (const each of [isPortable, ...more]) {
    await setUpKernels({ log: () => {} }, { ...options, isPortable: each });
  }
  const names = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
  return {
    calls: (await Deno.readTextFile(log)).split("\n"),
    libraries: names.filter((name) => /^kernels-.*\.so$/.test(name)),
  };
}

const usesAvx512 = (call: string) => call.includes("-mavx512f");

describe("setUpKernels()", { ignore: Deno.build.arch !== "x86_64" }, () => {
  it("leaves out AVX-512 where the processor lacks it", async () => {
    const { calls } = await build(false);
    const knows = /^flags.*\bavx512f\b/m.test(await Deno.readTextFile("/proc/cpuinfo"));
    assertEquals(calls.some(usesAvx512), knows);
    assertEquals(calls.some((call) => call.includes("-DHAS_AVX512")), knows);
  });

  it("compiles a portable library for all instructions", async () => {
    const { calls } = await build(true);
    assert(calls.some(usesAvx512));
    assert(calls.some((call) => call.includes("-DHAS_AVX512")));
    assertFalse(calls.every(usesAvx512));
  });

  it("compiles once, and is content with a portable library", async () => {
    for (const more of [true, false]) {
      const [once, again] = [await build(true), await build(true, more)];
      assertEquals(again.calls.length, once.calls.length);
      assertEquals(again.libraries.length, 1);
    }
  });

  it("compiles a portable library where there is another one", async () => {
    const knows = (await build(false)).calls.some(usesAvx512);
    const { libraries } = await build(false, true);
    assertEquals(libraries.length, knows ? 1 : 2);
  });

  it("puts a library in place again that was cut off", async () => {
    using folder = temporaryFolder();
    const { options } = await optionsFor(folder.path, COMPILER);
    const setUp = () => setUpKernels({ log: () => {} }, options);
    const { path } = await setUp();
    const made = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, made.slice(1));
    assertEquals((await setUp()).changed, true);
    assertEquals(await Deno.readTextFile(path), made);
    assertEquals((await setUp()).changed, false);
  });

  it("leaves no compiler at work where one fails", async () => {
    using folder = temporaryFolder();
    const { options, log } = await optionsFor(folder.path, SLOW_COMPILER);
    await assertRejects(() => setUpKernels({ log: () => {} }, options));
    const lines = (await Deno.readTextFile(log)).split("\n");
    const count = (wanted: string) => lines.filter((line) => line === wanted).length;
    assert(count("begins") > 0);
    assertEquals(count("ends"), count("begins"));
  });
});
