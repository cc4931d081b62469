/** The native engine's threads, in C++ programs of their own: no task begins too early, none is left out. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { temporaryFolder } from "../../../support/temporary_folder.ts";

const FLAGS = ["-std=c++17", "-O1", "-g1", "-pthread"];
const SANITIZER = "-fsanitize=thread";

const text = new TextDecoder();

/** Compiles a program; false where there is no compiler, or it has no thread sanitizer. */
async function compiles(
  source: string,
  program: string,
  flags: readonly string[],
): Promise<boolean> {
  try {
    const args = [...FLAGS, ...flags, source, "-o", program];
    return (await new Deno.Command("c++", { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function compilesWith(flags: readonly string[]): Promise<boolean> {
  using folder = temporaryFolder();
  const source = join(folder.path, "empty.cpp");
  await Deno.writeTextFile(source, "int main() {}");
  return await compiles(source, join(folder.path, "empty"), flags);
}

/** Compiles a program of tests/ml/support/ and runs it: it prints 'done' at its end. */
async function assertRuns(name: string, flags: readonly string[]): Promise<void> {
  using folder = temporaryFolder();
  const source = new URL(`../../support/${name}`, import.meta.url).pathname;
  const program = join(folder.path, "program");
  assertEquals(await compiles(source, program, flags), true);
  const { code, stdout, stderr } = await new Deno.Command(program).output();
  assertEquals([code, text.decode(stdout)], [0, "done\n"], text.decode(stderr));
}

const hasCompiler = await compilesWith([]);
if (!hasCompiler) console.warn("Skipped: there is no C++ compiler.");
const hasSanitizer = await compilesWith([SANITIZER]);
if (!hasSanitizer) console.warn("Skipped: the C++ compiler has no thread sanitizer (libtsan).");

describe("the native engine's threads", () => {
  it(
    "do each task of a phase once, after those of the phase before",
    { ignore: !hasSanitizer },
    () => assertRuns("phases.cpp", [SANITIZER]),
  );

  it(
    "do all tasks where the system refuses some of the threads",
    { ignore: !hasCompiler },
    () => assertRuns("few_threads.cpp", []),
  );
});
