/** `deno task datasets` as a program: what it refuses, lists and deletes. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { startProgram } from "../support/program.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const PROGRAM = fileURLToPath(new URL("../../cli/datasets.ts", import.meta.url));

describe("deno task datasets", () => {
  const folder = folderPerTest();
  const datasets = (...args: readonly string[]) =>
    startProgram({ args: ["-A", PROGRAM, ...args], env: { EPOCHQL_HOME: folder.path } }).end;
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(folder.join(name), text);
    return folder.join(name);
  };

  it("refuses a source that is not there, or empty, and leaves no import", async () => {
    const missing = folder.join("nothing.csv");
    const empty = await write("empty.csv", "");
    for (
      const [path, reason] of [
        [missing, "there is no such file or folder."],
        [empty, "the file is empty."],
      ] as const
    ) {
      const { code, stderr } = await datasets("import", path);
      assertEquals([code, stderr.trim()], [1, `Cannot import ${path}: ${reason}`]);
    }
    assertEquals((await datasets("list")).stdout.trim().split("\n").length, 2);
  });

  it("lists failed imports last with their reasons, and deletes several", async () => {
    const rows = Array.from({ length: 20 }, (_, row) => `${row % 2},${row}`).join("\n");
    const bad = await write("bad.csv", "1\n2\n");
    assertEquals((await datasets("import", bad, "--name", "a-bad")).code, 1);
    assertEquals((await datasets("import", bad, "--name", "b-bad")).code, 1);
    assertEquals((await datasets("import", await write("good.csv", rows))).code, 0);
    const [, ...listed] = (await datasets("list")).stdout.trim().split("\n");
    assertEquals(listed.map((line) => line.split("\t").slice(0, 2).join(" ")), [
      "mnist READY",
      "good READY",
      "a-bad FAILED",
      "b-bad FAILED",
    ]);
    assertMatch(listed[2] ?? "", /\tCannot import bad\.csv: /);

    const deleted = await datasets("delete", "a-bad", "other", "b-bad", "good");
    assertEquals(deleted.code, 1);
    assertEquals(deleted.stdout, "Deleted a-bad.\nDeleted b-bad.\nDeleted good.\n");
    assertMatch(deleted.stderr, /There is no imported dataset 'other'/);
    assertEquals((await datasets("list")).stdout.trim().split("\n").length, 2);
  });
});
