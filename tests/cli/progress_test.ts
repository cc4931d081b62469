/** A run's text in the terminal: epochs as lines, progress as a bar or as plain lines. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { barLine, plainLines } from "../../cli/terminal/display.ts";
import { duration, epochLine } from "../../cli/terminal/format.ts";
import { foldProgress, noProgress, type Progress } from "../../cli/terminal/progress.ts";
import { inspectTerminal } from "../../cli/terminal/terminal.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import { batches, epoch, event, SPEC, STARTED } from "./fixtures.ts";

const PLAIN = { live: true, color: false } as const;

function after(...events: RunEvent[]): Progress {
  return events.reduce(foldProgress, noProgress(SPEC));
}

describe("epochLine()", () => {
  it("writes an epoch as the seed does", () => {
    assertEquals(
      epochLine(epoch(1)),
      "Epoch: 1, Train_acc:77.6%, Train_loss:0.744, Test_acc:91.1%,Test_loss:0.284",
    );
  });
});

describe("duration()", () => {
  it("has the units that a time needs", () => {
    const shown = [0, 0.2, 59, 59.5, 60, 3599, 3600, 7500].map(duration);
    assertEquals(shown, ["0s", "1s", "59s", "1m00s", "1m00s", "59m59s", "1h00m", "2h05m"]);
  });
});

describe("the progress of a run", () => {
  it("knows all steps before the first", () => {
    assertEquals(noProgress(SPEC).steps, 8);
    assertEquals(after().etaSeconds, undefined);
  });

  it("takes means over the epoch so far", () => {
    const progress = after(STARTED, batches(1, 1, [4, 2], 1), batches(1, 3, [0], 2));
    assertEquals(progress.loss, 2);
    assertEquals(progress.acc, 0.5);
    assertEquals(progress.step, 3);
  });

  it("starts the means anew with each epoch", () => {
    const progress = after(
      STARTED,
      batches(1, 1, [9, 9, 9, 9], 1),
      epoch(1),
      batches(2, 5, [1], 2),
    );
    assertEquals(progress.loss, 1);
    assertEquals(progress.epoch, 2);
  });

  it("expects the rest to go as the steps since the first report did", () => {
    const first = after(STARTED, batches(1, 1, [1], 3));
    assertEquals(first.etaSeconds, undefined);
    assertEquals(foldProgress(first, batches(1, 2, [1], 4)).etaSeconds, 6);
  });

  it("forgets the time that passed before a worker took the run up again", () => {
    const before = [batches(1, 1, [1], 1), batches(1, 2, [1], 2)];
    const again = { ...STARTED, at: batches(1, 3, [1], 3600).at };
    const progress = after(STARTED, ...before, again, batches(1, 3, [1], 3601));
    assertEquals(progress.etaSeconds, undefined);
    assertEquals(foldProgress(progress, batches(1, 4, [1], 3602)).etaSeconds, 4);
  });

  it("has more steps to go when the run is resumed with more epochs", () => {
    const more = event({ type: "resumeRequested", epochs: 5 });
    const progress = after(STARTED, batches(2, 5, [1, 1, 1, 1], 1), epoch(2), more);
    assertEquals(progress.steps, 20);
    assertMatch(barLine(progress, 120, PLAIN), /^Epoch 2\/5 .* 40%/);
    const same = event({ type: "resumeRequested", epochs: null });
    assertEquals(after(STARTED, same).steps, 8);
  });

  it("stays at the last epoch after it", () => {
    assertEquals(after(epoch(2)).epoch, 2);
  });
});

describe("the bar", () => {
  const progress = after(STARTED, batches(1, 1, [0.5], 3), batches(1, 2, [0.5], 4.5));

  it("shows the epoch, the part done, the time left, loss, accuracy and speed", () => {
    const line = barLine(progress, 120, PLAIN);
    assertMatch(
      line,
      /^Epoch 1\/2 ━{10}╌{30} {2}25% {2}ETA 9s +loss 0\.5000 +acc 50\.00% +12,346 samples\/s$/,
    );
  });

  it("fits every width", () => {
    for (let columns = 20; columns <= 200; columns++) {
      const line = barLine(progress, columns, PLAIN);
      assert(line.length < columns, `${line.length} characters at ${columns} columns: ${line}`);
      assertMatch(line, /^Epoch 1\/2 .*25%/);
    }
  });

  it("says that nothing is known before the first step", () => {
    assertMatch(barLine(noProgress(SPEC), 120, PLAIN), / 0% {2}ETA -- .* loss -- /);
  });

  it("is full at the end", () => {
    const line = barLine({ ...progress, step: progress.steps }, 120, PLAIN);
    assertMatch(line, /━{40} 100%/);
  });

  it("has colours only where they are wanted", () => {
    assert(!barLine(progress, 120, PLAIN).includes("\x1b"));
    assert(barLine(progress, 120, { live: true, color: true }).includes("\x1b["));
  });
});

describe("plain lines", () => {
  it("come at once, then every five seconds", () => {
    const lines: string[] = [];
    let time = 0;
    const display = plainLines((line) => lines.push(line), () => time);
    const progress = after(STARTED, batches(1, 1, [0.5], 3), batches(1, 2, [0.5], 4.5));
    for (; time < 10_000; time += 500) display.show(progress);
    assertEquals(lines, [
      "epoch 1/2, step 2 of 8 (25%), ETA 9s, 12,346 samples/s, loss 0.5000, acc 50.00%",
      "epoch 1/2, step 2 of 8 (25%), ETA 9s, 12,346 samples/s, loss 0.5000, acc 50.00%",
    ]);
  });

  it("do not come before the first step", () => {
    const lines: string[] = [];
    plainLines((line) => lines.push(line)).show(noProgress(SPEC));
    assertEquals(lines, []);
  });
});

describe("inspectTerminal()", () => {
  const inspect = (isTerminal: boolean, env: Record<string, string> = {}) =>
    inspectTerminal(isTerminal, new Map(Object.entries(env)));

  it("draws in colour on a terminal", () => {
    assertEquals(inspect(true, { TERM: "xterm" }), { live: true, color: true });
  });

  it("draws nothing where nobody watches: pipes, CI, dumb terminals", () => {
    for (const env of [{ CI: "true" }, { CI: "1" }, { TERM: "dumb" }]) {
      assertEquals(inspect(true, env), { live: false, color: false });
    }
    assertEquals(inspect(false), { live: false, color: false });
  });

  it("takes CI=false for what it says", () => {
    assertEquals(inspect(true, { CI: "false" }).live, true);
  });

  it("obeys NO_COLOR and draws on", () => {
    assertEquals(inspect(true, { NO_COLOR: "1" }), { live: true, color: false });
  });
});
