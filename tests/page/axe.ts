/// <reference lib="dom" />
/** Checks a page by axe-core's rules. */
import { assertEquals } from "@std/assert";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = await Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js")));

/** Not ours to change: the editors, and GraphiQL's tabs, which contain buttons. */
const OTHERS = [[".monaco-editor"], [".graphiql-tab"]];

/** Fails if axe-core finds a serious problem in the page as it is now. */
export async function findsNothing(page: Page): Promise<void> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(AXE);
  const { violations } = await page.evaluate((exclude) => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: unknown, options: unknown): Promise<AxeResults> };
    };
    // Selectors of what passes would take much of its time.
    return axe.run({ exclude }, { resultTypes: ["violations"] });
  }, OTHERS);
  assertEquals(
    violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(
      ({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => [html, any[0]?.message]) }),
    ),
    [],
  );
}
