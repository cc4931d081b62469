/** Output of `deno task runs` about a completed run that has learned nothing. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { batches, epoch, startRun } from "../../support/written_run.ts";
import { type Host, openHost } from "./host.ts";

const WARNING = "No better than guessing (the largest of 2 classes: 50.00%). " +
  "4 steps are too few to learn: try 13 epochs in batches of 16 (this run: 3 of 32).";

describe("deno task runs, of a run at chance level", () => {
  let host: Host;
  before(async () => {
    host = await openHost();
    const run = await startRun(host.store, "flat");
    const confusion = [[500, 0], [500, 0]];
    await run.append(batches(1, 1), { ...epoch(1), testAcc: 0.5, confusion });
    await run.complete();
  });
  after(() => host.close());

  it("says so after following it, and still ends with 0: it is completed", async () => {
    const { code, stderr } = await host.runs("follow", "flat");
    assertEquals(code, 0);
    assert(stderr.endsWith(`\nDone: 1 epoch in 1s, test accuracy 50.00%\n${WARNING}\n`), stderr);
  });

  it("says so where it is shown", async () => {
    const { stdout } = await host.runs("show", "flat");
    assertMatch(stdout.join("\n"), /\n {2}Warning +No better than guessing/);
    const shown = JSON.parse((await host.runs("show", "flat", "--json")).stdout.join(""));
    assertEquals(shown.warning, WARNING);
    const [listed] = JSON.parse((await host.runs("list", "--json")).stdout.join(""));
    assertEquals([listed.state, listed.warning], ["COMPLETED", WARNING]);
  });
});
