/** `deno task setup` and `deno task doctor` from outside. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { whyNot } from "../../cli/doctor/engines.ts";
import { type Outcome, run } from "../../native/command.ts";
import { ROOT } from "../../native/paths.ts";
import { folderPerSuite } from "../support/temporary_folder.ts";

async function cli(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const outcome = await run(
    [Deno.execPath(), "run", "--quiet", "-A", join(ROOT, "cli", name)],
    args,
    { cwd: ROOT, env },
  );
  if (!outcome) throw new Error(`no ${Deno.execPath()}`);
  return outcome;
}

describe("deno task doctor", () => {
  const folder = folderPerSuite();

  it("says what is missing and what to do, ends with 1, and makes nothing", async () => {
    const { code, stdout } = await cli("doctor.ts", [], { EPOCHQL_HOME: folder.join("none") });
    assertEquals(code, 1);
    assertMatch(stdout, /✗ MNIST .*none\/data.*deno task setup/);
    assertMatch(stdout, /✓ Store .*no runs yet/);
    assertMatch(stdout, /missing or broken\.\n$/);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  });

  it("says as what a process ended that loads a library and dies without a word", () => {
    const segfault: Outcome = { code: 139, stdout: "", stderr: "" };
    assertMatch(whyNot(segfault), /must end with code 0, got 139\. Run 'deno task setup'\.$/);
    assertMatch(whyNot({ ...segfault, stderr: "no such symbol\n" }), /^ *no such symbol$/);
  });

  it("finds the TensorFlow of this checkout, the processor and the room on disk", async () => {
    const { stdout } = await cli("doctor.ts", [], { EPOCHQL_HOME: folder.path });
    assertMatch(stdout, /✓ TensorFlow +2\.21\.0, (CPU|CUDA) build, \S+ [MG]B in /);
    assertMatch(stdout, /✓ CPU +.+, \d+ threads?; trained on by (the native engine|TensorFlow)\n/);
    assertMatch(stdout, /✓ Disk +\S+ [MG]B free/);
  });

  it("uses no colours where its output is read by a program", async () => {
    const { stdout } = await cli("doctor.ts", [], { EPOCHQL_HOME: folder.path });
    // deno-lint-ignore no-control-regex
    assertNotMatch(stdout, /\x1b/);
  });

  it("shows a wrong variable beside everything else", async () => {
    const { code, stdout } = await cli("doctor.ts", [], {
      EPOCHQL_HOME: folder.path,
      PORT: "eighty",
    });
    assertEquals(code, 1);
    assertMatch(stdout, /✗ Environment +Cannot start with PORT=eighty/);
    assertMatch(stdout, /✓ Deno/);
  });

  it("names a damaged database", async () => {
    await Deno.writeTextFile(folder.join("epochql.db"), "garbage ".repeat(100));
    const { stdout } = await cli("doctor.ts", [], { EPOCHQL_HOME: folder.path });
    assertMatch(stdout, /✗ Store +Cannot .*epochql\.db/);
  });
});

describe("deno task setup", () => {
  it("explains its flags and the environment", async () => {
    const { code, stdout } = await cli("setup.ts", ["--help"]);
    assertEquals(code, 0);
    for (const word of ["--gpu", "--cpu", "EPOCHQL_TENSORFLOW_WHEEL", "XDG_CACHE_HOME", "CXX"]) {
      assert(stdout.includes(word), word);
    }
  });

  it("refuses flags that it does not know or that exclude each other", async () => {
    for (const args of [["--fast"], ["--gpu", "--cpu"], ["mnist"]]) {
      const { code, stderr } = await cli("setup.ts", args);
      assertEquals(code, 1, args.join(" "));
      assertMatch(stderr, /^error: /);
    }
  });

  it("says on stderr why it cannot, and leaves stdout to the program that follows", async () => {
    const { code, stdout, stderr } = await cli("setup.ts", [], { WORKERS: "many" });
    assertEquals(code, 2);
    assertEquals(stdout, "");
    assertMatch(stderr, /^Cannot start with WORKERS=many/);
  });
});
