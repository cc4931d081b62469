/** Output of setting up, in a terminal and elsewhere. */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openTerminalReport } from "../../cli/setup/terminal_report.ts";
import { beginPhase } from "../../native/report.ts";

/** A report and all that it wrote. */
function open(terminal: { live: boolean; color: boolean }) {
  const written: string[] = [];
  const report = openTerminalReport(terminal, (text) => written.push(text), () => 40);
  return { report, written };
}

describe("openTerminalReport()", () => {
  it("puts a heading before the first line, and only there", () => {
    const { report, written } = open({ live: false, color: false });
    report.log("one");
    report.log("two");
    report.end("all");
    assertEquals(written.join(""), "Setting up epochql\n  one\n  two\nall\n");
  });

  it("shows no heading where there was nothing to do", () => {
    const { report, written } = open({ live: false, color: false });
    report.end("all is there");
    assertEquals(written, ["all is there\n"]);
  });

  it("draws progress over itself in a terminal, and cuts it to the width", () => {
    const { report, written } = open({ live: true, color: false });
    report.progress?.("x".repeat(100));
    report.log("done");
    assertEquals(written.slice(1), [`\r\x1b[K  ${"x".repeat(37)}`, "\r\x1b[K  done\n"]);
  });

  it("has no progress where nobody watches", () => {
    assertEquals(open({ live: false, color: false }).report.progress, undefined);
  });
});

describe("beginPhase()", () => {
  it("says every percent once, and at the end what was done", () => {
    const [lines, moving]: [string[], string[]] = [[], []];
    const phase = beginPhase(
      { log: (line) => lines.push(line), progress: (line) => moving.push(line) },
      "Downloading",
    );
    for (const done of [0, 1, 500, 504, 2000]) phase.update(done, 1000);
    phase.done("Downloaded");
    assertEquals(moving, [
      "Downloading …",
      "Downloading … 0%",
      "Downloading … 50%",
      "Downloading … 100%",
    ]);
    assertMatch(lines.join("\n"), /^Downloaded in \d+\.\d s$/);
  });

  it("says where nothing moves that something began", () => {
    const lines: string[] = [];
    beginPhase({ log: (line) => lines.push(line) }, "Compiling").update(1, 2);
    assertEquals(lines, ["Compiling …"]);
  });
});
