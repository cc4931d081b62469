/** The levels of the native engine in one library: which ones run, and that each has its own copy of a function. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { nativeLibrary } from "../../support/native.ts";

const LEVEL = new URL("../../../../native/kernels/level.cpp", import.meta.url).pathname;

const text = new TextDecoder();

async function run(command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

const CPU_INFO = "/proc/cpuinfo";
const isX86Linux = Deno.build.os === "linux" && Deno.build.arch === "x86_64";

describe("the native engine's kernels", () => {
  it("are those of all instructions that the processor knows, the longest vectors first", {
    ignore: !isX86Linux,
  }, async () => {
    const flags = new Set(
      /^flags\s*:(.*)$/m.exec(await Deno.readTextFile(CPU_INFO))?.[1]?.split(" "),
    );
    const knows = (...names: readonly string[]) => names.every((name) => flags.has(name));
    const known = [
      ...(knows("avx512f", "avx512bw", "avx512dq", "avx512vl") ? ["avx512"] : []),
      ...(knows("avx2", "fma") ? ["avx2"] : []),
      "plain",
    ];
    assertEquals<readonly string[]>(nativeLibrary().levels, known);
  });

  it("share no function between sets of instructions, of which the linker would keep one copy", async () => {
    using folder = temporaryFolder();
    const object = join(folder.path, "level.o");
    // Without optimization, no function that is not always inlined is left out.
    const options = ["-std=c++17", "-O0", "-DVL=4", "-DKERNELS=kernelsPlain"];
    await run("c++", [...options, "-c", LEVEL, "-o", object]);
    const symbols = (await run("nm", ["-C", object])).split("\n");
    assertEquals(symbols.filter((line) => / [Wu] /.test(line)), []);
    assertEquals(symbols.filter((line) => / T /.test(line)).length, 1);
  });
});
