/** Tables of `deno task runs`: aligned on a terminal, tab-separated elsewhere. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import stringWidth from "string-width";
import { oneLine } from "../../../lib/format.ts";
import { age } from "../../../cli/runs/format.ts";
import { type Canvas, type Column, tableLines } from "../../../cli/runs/table.ts";

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: "NAME", value: ({ name }) => name, shrinks: true },
  {
    head: "COUNT",
    value: ({ count }) => count.toLocaleString("en-US"),
    raw: ({ count }) => String(count),
    right: true,
    tone: ({ count }) => count > 1000 ? "red" : undefined,
  },
];

const ROWS: readonly Row[] = [{ name: "short", count: 7 }, { name: "数字 🙂", count: 12_345 }];

function canvas(change: Partial<Canvas> = {}): Canvas {
  return { isTerminal: true, terminal: { live: true, color: false }, columns: 80, ...change };
}

describe("a table", () => {
  it("is aligned on a terminal, by the width that characters have there", () => {
    const lines = tableLines(ROWS, COLUMNS, canvas());
    assertEquals(lines, ["NAME      COUNT", "short         7", "数字 🙂  12,345"]);
    assertEquals(new Set(lines.map((line) => stringWidth(line))), new Set([15]));
  });

  it("has values between tabs elsewhere", () => {
    assertEquals(tableLines(ROWS, COLUMNS, canvas({ isTerminal: false })), [
      "NAME\tCOUNT",
      "short\t7",
      "数字 🙂\t12345",
    ]);
  });

  it("fits the terminal: what can be shorter gives way", () => {
    const rows = [{ name: "数".repeat(50), count: 1 }];
    for (const columns of [25, 40, 60]) {
      const [, line = ""] = tableLines(rows, COLUMNS, canvas({ columns }));
      assert(stringWidth(line) <= columns, line);
      assertMatch(line, /^数+… +1$/);
    }
  });

  it("leaves out what matters least before it shortens anything", () => {
    const columns: typeof COLUMNS = [
      ...COLUMNS,
      { head: "DEVICE", value: () => "CPU (a long name)", drops: true },
    ];
    const widthOf = (columnsOf: number) =>
      tableLines(ROWS, columns, canvas({ columns: columnsOf }));
    assertMatch(widthOf(80)[1] ?? "", /^short +7 {2}CPU \(a long name\)$/);
    assertEquals(widthOf(30), tableLines(ROWS, COLUMNS, canvas()));
  });

  it("is in colour where colours are wanted, and only there", () => {
    const [, , line = ""] = tableLines(
      ROWS,
      COLUMNS,
      canvas({ terminal: { live: true, color: true } }),
    );
    assert(line.includes("\x1b[31m12,345"), JSON.stringify(line));
    assert(!tableLines(ROWS, COLUMNS, canvas()).join("").includes("\x1b"));
  });

  it("lets no text of others command the terminal, or break a line", () => {
    const rows = [{ name: "a\x1b[2Jb\r\nc\td", count: 1 }];
    for (const isTerminal of [true, false]) {
      const [, line = ""] = tableLines(rows, COLUMNS, canvas({ isTerminal }));
      assertMatch(line, /^a \[2Jb c d\s+1$/);
    }
  });
});

describe("a value", () => {
  it("has the unit that it needs", () => {
    const now = Date.parse("2026-01-10T00:00:00Z");
    const ages = ["2026-01-10T00:00:05Z", "2026-01-09T23:59:48Z", "2026-01-09T23:55:01Z"];
    assertEquals(ages.map((at) => age(at, now)), ["0s", "12s", "4m"]);
    assertEquals(age("2026-01-09T20:59:00Z", now), "3h");
    assertEquals(age("2026-01-01T00:00:00Z", now), "9d");
    for (
      const [seconds, shown] of [[59, "59s"], [60, "1m"], [3599, "59m"], [3600, "1h"]] as const
    ) {
      assertEquals(age("2026-01-10T00:00:00Z", now + seconds * 1000), shown);
    }
    for (const [hours, shown] of [[23, "23h"], [24, "1d"]] as const) {
      assertEquals(age("2026-01-10T00:00:00Z", now + hours * 3_600_000), shown);
    }
    assertEquals(oneLine(" a\n\nb "), "a b");
  });
});
