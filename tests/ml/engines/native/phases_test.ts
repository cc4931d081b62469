/** The native engine's threads, compiled with the thread sanitizer: no task begins too early. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { temporaryFolder } from "../../../support/temporary_folder.ts";

const PROGRAM = new URL("../../support/phases.cpp", import.meta.url).pathname;
const FLAGS = ["-std=c++17", "-O1", "-g1", "-pthread", "-fsanitize=thread"];

const text = new TextDecoder();

/** Compiles a program; false where there is no compiler, or it has no thread sanitizer. */
async function compiles(source: string, program: string): Promise<boolean> {
  try {
    const args = [...FLAGS, source, "-o", program];
    return (await new Deno.Command("c++", { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function hasSanitizer(): Promise<boolean> {
  using folder = temporaryFolder();
  const source = join(folder.path, "empty.cpp");
  await Deno.writeTextFile(source, "int main() {}");
  return await compiles(source, join(folder.path, "empty"));
}

const isKnown = await hasSanitizer();
if (!isKnown) console.warn("Skipped: the C++ compiler has no thread sanitizer (libtsan).");

describe("the native engine's threads", { ignore: !isKnown }, () => {
  it("do each task of a phase once, after those of the phase before", async () => {
    using folder = temporaryFolder();
    const program = join(folder.path, "phases");
    assertEquals(await compiles(PROGRAM, program), true);
    const { code, stdout, stderr } = await new Deno.Command(program).output();
    assertEquals([code, text.decode(stdout)], [0, "done\n"], text.decode(stderr));
  });
});
