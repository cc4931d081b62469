/** `deno task runs plot`, over a real server's process. */
import { assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { temporaryFolder } from "../../../tools/processes.ts";
import { startRun } from "../../support/written_run.ts";
import { textsOf } from "../../pictures/look.ts";
import { type Host, openHost } from "./host.ts";

describe("deno task runs plot", () => {
  let host: Host;
  before(async () => {
    host = await openHost();
    for (const name of ["one", "two"]) await (await startRun(host.store, name)).trainEpoch();
  });
  after(() => host.close());

  it("writes the curves of a run as SVG, PNG or PDF", async () => {
    using folder = temporaryFolder();
    for (const [extension, start] of [["svg", "<svg"], ["png", "\x89PNG"], ["pdf", "%PDF"]]) {
      const out = join(folder.path, `curves.${extension}`);
      const { code, stdout, stderr } = await host.runs("plot", "one", "--out", out);
      assertEquals([code, stdout, stderr], [0, [`The curves of 'one': ${out}`], ""]);
      const bytes = (await Deno.readFile(out)).subarray(0, 4);
      assertEquals(String.fromCharCode(...bytes), start);
    }
  });

  it("compares several runs, under a title", async () => {
    using folder = temporaryFolder();
    const out = join(folder.path, "both.svg");
    const { code, stdout } = await host.runs(
      ...["plot", "one", "two", "--train", "--title", "Figure 1", "--out", out],
    );
    assertEquals([code, stdout], [0, [`A comparison of 'one', 'two': ${out}`]]);
    const texts = textsOf(await Deno.readTextFile(out));
    for (const text of ["Figure 1", "one", "two", "Train accuracy (%)"]) {
      assertEquals(texts.filter((found) => found === text).length, 1, text);
    }
  });

  it("says why there is no picture, and leaves no file", async () => {
    using folder = temporaryFolder();
    const out = join(folder.path, "none", "c.svg");
    const unwritable = await host.runs("plot", "one", "--out", out);
    assertEquals(unwritable.code, 2);
    assertMatch(unwritable.stderr, /^Cannot write .*c\.svg: /);
    const missing = await host.runs("plot", "three", "--out", join(folder.path, "c.svg"));
    assertEquals(missing.code, 1);
    assertMatch(missing.stderr, /No run 'three'/);
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  });
});
