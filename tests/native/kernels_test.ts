/** The native engine's build, by a compiler that only logs what it is asked for. */
import { assert, assertEquals, assertFalse } from "@std/assert";
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

/** Builds in an empty folder; returns the compiler's calls, and the names of what is cached. */
async function build(isPortable: boolean, ...more: readonly boolean[]) {
  using folder = temporaryFolder();
  const [compiler, log] = [join(folder.path, "fake.sh"), join(folder.path, "log")];
  await Deno.writeTextFile(compiler, COMPILER.replace("$LOG", log), { mode: 0o755 });
  const options = {
    ...defaultBuildOptions(),
    cache: folder.path,
    library: join(folder.path, "libkernels.so"),
    env: { get: (name: string) => name === "CXX" ? compiler : undefined },
  };
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
});
