/** The division of the suite among processes, and the counts that they print. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { errorsIn, groupFiles, moduleOf, readCounts } from "../../tools/run_tests.ts";

describe("groupFiles()", () => {
  it("makes one group of a folder below tests/, and of each slow one, the slowest first", () => {
    const files = [
      ...["tests/lib/b_test.ts", "tests/lib/a_test.ts", "tests/main_test.ts"],
      ...["tests/ml/training/a_test.ts", "tests/ml/b_test.ts", "tests/ml/graph/a_test.ts"],
      ...["tests/page/page_test.ts", "tests/chaos/chaos_test.ts"],
    ];
    assertEquals(groupFiles(files).map(({ name, files }) => [name, ...files]), [
      ["tests/page", "tests/page/page_test.ts"],
      ["tests/chaos", "tests/chaos/chaos_test.ts"],
      ["tests/ml", "tests/ml/b_test.ts", "tests/ml/graph/a_test.ts"],
      ["tests/ml/training", "tests/ml/training/a_test.ts"],
      ["tests/lib", "tests/lib/a_test.ts", "tests/lib/b_test.ts"],
      ["tests", "tests/main_test.ts"],
    ]);
  });

  it("keeps a test of WebAssembly apart", () => {
    const files = ["tests/ml/engines/session_test.ts", "tests/ml/engines/wasm_test.ts"];
    assertEquals(groupFiles(files).map(({ name }) => name), [
      "tests/ml",
      "tests/ml/engines/wasm_test.ts",
    ]);
  });
});

describe("moduleOf()", () => {
  it("imports each file by its address", () => {
    const [a, b] = ["/a b/a_test.ts", "/b_test.ts"];
    assertEquals(
      moduleOf([a, b]),
      'import "file:///a%20b/a_test.ts";\nimport "file:///b_test.ts";\n',
    );
  });
});

describe("readCounts()", () => {
  it("reads what Deno prints last", () => {
    for (
      const [line, expected] of [
        ["ok | 2 passed (8 steps) | 0 failed (393ms)", [2, 8, 0, 0]],
        ["ok | 1 passed | 0 failed | 2 ignored (1s)", [1, 0, 0, 2]],
        ["FAILED | 3 passed (1 step) | 1 failed (2 steps) (1m0s)", [3, 1, 1, 0]],
      ] as const
    ) {
      const { passed, steps, failed, ignored } = readCounts(`a test ... ok\n\n${line}\n`) ?? {};
      assertEquals([passed, steps, failed, ignored], [...expected]);
    }
  });

  it("finds none where the process has died", () => {
    assertEquals(readCounts("running 1 test from ./tests/a_test.ts\n"), undefined);
  });
});

describe("errorsIn()", () => {
  it("returns what is between the headings of Deno", () => {
    const output =
      "a ... FAILED (1ms)\n\n ERRORS \n\na => ./a_test.ts:3:6\nerror: Error: b\n\n FAILURES \n\na\n";
    assertEquals(errorsIn(output), "a => ./a_test.ts:3:6\nerror: Error: b");
  });

  it("returns the last lines of a process that has died", () => {
    assertEquals(errorsIn("error: Module not found\n"), "error: Module not found");
  });
});
