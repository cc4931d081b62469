// deno-lint-ignore-file house/plain-words
/** The project's lint rules report what they are for, and nothing else. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import plugin, {
  MAX_COMMENT_COLUMNS,
  MAX_FILE_LINES,
  MAX_FUNCTION_LINES,
} from "../../tools/house/lint_plugin.ts";

function rulesBroken(source: string, file = "runs/a.ts"): readonly string[] {
  return Deno.lint.runPlugin(plugin, `/project/${file}`, source).map(({ id }) => id);
}

describe("the house lint plugin", () => {
  it("reports a switch over kinds that have a registry, and no other switch", () => {
    const source = (subject: string) => `switch (${subject}) { default: }`;
    assertEquals(rulesBroken(source("layer.kind")), ["house/no-kind-switch"]);
    assertEquals(rulesBroken(source("event.type")), ["house/no-kind-switch"]);
    assertEquals(rulesBroken(source("reply.type")), []);
  });

  it("reports long files and functions, but not in tests", () => {
    const lines = (count: number) => "0;\n".repeat(count);
    assertEquals(rulesBroken(lines(MAX_FILE_LINES)), []);
    assertEquals(rulesBroken(lines(MAX_FILE_LINES + 1)), ["house/max-file-lines"]);
    const long = `function f() {\n${lines(MAX_FUNCTION_LINES - 1)}}\n`;
    assertEquals(rulesBroken(long), ["house/max-function-lines"]);
    assertEquals(rulesBroken(long, "tests/a_test.ts"), []);
  });

  it("reports doc comments that open with a question word", () => {
    for (const file of ["runs/a.ts", "tests/a_test.ts"]) {
      assertEquals(rulesBroken("/** What it takes. */\nexport const a = 1;", file), [
        "house/doc-comment-opening",
      ]);
    }
    assertEquals(rulesBroken("/** Memory in bytes. */\nexport const a = 1;"), []);
  });

  it("reports long lines of comments, but not of code", () => {
    const line = (start: string, columns: number) => start.padEnd(columns, "x");
    for (
      const comment of [
        (columns: number) => line("// ", columns),
        (columns: number) => `${line("/** ", columns - 3)} */`,
        (columns: number) => `/**\n${line(" * ", columns)}\n */`,
      ]
    ) {
      assertEquals(rulesBroken(comment(MAX_COMMENT_COLUMNS)), []);
      assertEquals(rulesBroken(comment(MAX_COMMENT_COLUMNS + 1)), ["house/max-comment-columns"]);
    }
    assertEquals(rulesBroken(`const a = "${"x".repeat(200)}"; // It is long.`), []);
  });

  it("reports hooks of tests outside a describe", () => {
    const file = "tests/a_test.ts";
    for (const hook of ["before", "beforeAll", "beforeEach", "after", "afterAll", "afterEach"]) {
      const call = `${hook}(async () => await stop());`;
      assertEquals(rulesBroken(call, file), ["house/hooks-in-describe"]);
      assertEquals(rulesBroken(`if (isHere) { ${call} }`, file), ["house/hooks-in-describe"]);
      assertEquals(rulesBroken(`describe("it", () => { ${call} });`, file), []);
      assertEquals(rulesBroken(`export function useIt() { ${call} }`, file), []);
      assertEquals(rulesBroken(call), [], "another function of the product");
    }
  });

  it("reports phrases in comments and texts, in tests too", () => {
    for (const file of ["runs/a.ts", "tests/a_test.ts"]) {
      assertEquals(rulesBroken("// Whoever calls gets it.", file), ["house/plain-words"]);
    }
    assertEquals(rulesBroken('throw new Error("The run is over.");'), ["house/plain-words"]);
    assertEquals(rulesBroken("// Returns at most 5, but no more than that."), []);
  });
});
