/** The levels of the native engine's kernels in one library: each keeps its own copy of every function. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { temporaryFolder } from "../../../support/temporary_folder.ts";

const LEVEL = new URL("../../../../native/kernels/level.cpp", import.meta.url).pathname;

const text = new TextDecoder();

async function run(command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

describe("the native engine's kernels", () => {
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
