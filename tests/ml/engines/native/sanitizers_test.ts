/** The native engine, compiled with the sanitizers for addresses and undefined behaviour: no access is wrong. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { defaultBuildOptions, setUpKernels } from "../../../../native/kernels/build.ts";
import { temporaryFolder } from "../../../support/temporary_folder.ts";

const PROGRAM = new URL("../../support/sanitized.ts", import.meta.url).pathname;
const SANITIZERS = [
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=undefined",
  "-g1",
  "-O1",
];

/** Finds the sanitizer's library that must be loaded before all others; undefined where the compiler has none. */
async function sanitizerLibrary(): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command("c++", { args: ["-print-file-name=libasan.so"] })
      .output();
    const path = new TextDecoder().decode(stdout).trim();
    return path.startsWith("/") ? await Deno.realPath(path) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const preloaded = await sanitizerLibrary();
if (preloaded === undefined) {
  console.warn("Skipped: the C++ compiler has no address sanitizer (libasan).");
}

describe("the native engine under sanitizers", { ignore: preloaded === undefined }, () => {
  it("reads and writes nothing outside of its memory, on 1, 2, 3 and 8 threads", async () => {
    using folder = temporaryFolder();
    const library = join(folder.path, "libkernels.so");
    const options = { ...defaultBuildOptions(), library, flags: SANITIZERS };
    await setUpKernels({ log: () => {} }, options);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", PROGRAM, library],
      env: {
        LD_PRELOAD: preloaded ?? "",
        ASAN_OPTIONS: "detect_leaks=0:handle_segv=0",
        UBSAN_OPTIONS: "print_stacktrace=1",
      },
    }).output();
    const text = new TextDecoder();
    assertEquals(code, 0, text.decode(stderr));
    assert(text.decode(stdout).endsWith("done\n"));
  });
});
