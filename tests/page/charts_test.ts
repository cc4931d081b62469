/// <reference lib="dom" />
/** The charts of a run and of a comparison, in a real browser: their widths, and the editor's colours beside them. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { epochsAre, openEditor } from "./looks.ts";
import { describePage } from "./suite.ts";

const GRAPHQL = { name: "GraphQL", exact: true } as const;
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Waits until the chart is as wide as its pane. */
async function fits(page: Page): Promise<number> {
  const width = await page.waitForFunction(() => {
    const canvas = document.querySelector(".curves canvas")?.getBoundingClientRect();
    const pane = document.querySelector(".training-main")?.getBoundingClientRect();
    if (!canvas || !pane || canvas.width === 0) return false;
    const isInside = canvas.left >= pane.left && canvas.right <= pane.right + 0.5;
    return isInside && canvas.width > pane.width - 60 && Math.round(canvas.width);
  });
  return Number(await width.jsonValue());
}

describePage("the charts", (suite) => {
  const { it, open, createRun } = suite;

  const openRun = async () => {
    await createRun("one", { epochs: 2 });
    await createRun("two", { epochs: 2, seed: 2 });
    await suite.stage.idle();
    const page = await open();
    await epochsAre(page, [2, 1]);
    return page;
  };

  it("are as wide as their place, also when GraphiQL opens and closes or the window becomes a phone's and back", async () => {
    const page = await openRun();
    const compare = async () => {
      for (const tick of await page.getByRole("checkbox").all()) await tick.check();
      await page.getByRole("link", { name: /^Compare/ }).or(
        page.getByRole("button", { name: /^Compare/ }),
      ).first().click();
      await page.getByRole("heading", { name: "Comparing 2 runs" }).waitFor();
    };
    for (const prepare of [() => Promise.resolve(), compare]) {
      await prepare();
      const wide = await fits(page);
      await page.getByRole("button", GRAPHQL).click();
      const beside = await fits(page);
      assert(beside < wide, `${beside} beside GraphiQL, ${wide} alone`);
      await page.getByRole("button", GRAPHQL).click();
      assertEquals(await fits(page), wide);
      await page.setViewportSize(PHONE);
      assert(await fits(page) < PHONE.width);
      await page.setViewportSize(DESKTOP);
      assertEquals(await fits(page), wide);
    }
  });

  it("of a comparison have a logarithmic axis on request, and on a phone a table with names that stay", async () => {
    for (const seed of [1, 2, 3]) await createRun(`run ${seed} of a sweep`, { epochs: 1, seed });
    await suite.stage.idle();
    const page = await open({ viewport: PHONE });
    await page.getByRole("checkbox").nth(2).waitFor();
    for (const tick of await page.getByRole("checkbox").all()) await tick.check();
    await page.getByRole("button", { name: "Compare 3" }).click();
    await page.locator('.curves[data-points="3"]').waitFor();
    const log = page.getByRole("button", { name: "Log scale" });
    assertEquals(await log.getAttribute("aria-pressed"), "false");
    await log.click();
    assertEquals(await log.getAttribute("aria-pressed"), "true");
    await page.getByRole("button", { name: "Save picture" }).click();
    await page.locator('a[href*="scale=log"]').first().waitFor();
    await page.keyboard.press("Escape");

    const table = page.locator(".comparison-box");
    const rightOf = (column: string) =>
      table.locator(`tbody tr:first-child > :nth-child(${column})`).evaluate((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect().right;
      });
    assert(await rightOf("3") <= PHONE.width - 16, "both metrics are seen whole");
    const name = table.locator("tbody th").first();
    const before = await name.boundingBox();
    await table.evaluate((box) => box.scrollLeft = box.scrollWidth);
    assertEquals((await name.boundingBox())?.x, before?.x);
  });

  it("stand beside an editor that follows the system's colours, and breaks its long lines", async () => {
    const page = await open({ colorScheme: "light" });
    await openEditor(page);
    const textIs = (shade: "dark" | "light") =>
      page.waitForFunction((shade) => {
        const texts = document.querySelectorAll(".graphiql-query-editor .view-lines [class*=mtk]");
        const all = [...texts].map((text) => {
          const rgb = getComputedStyle(text).color.match(/\d+/g) ?? [];
          const [red = 0, green = 0, blue = 0] = rgb.map(Number);
          return 0.3 * red + 0.6 * green + 0.1 * blue;
        });
        const brightness = all.reduce((sum, each) => sum + each, 0) / all.length;
        return shade === "light" ? brightness > 120 : brightness < 100;
      }, shade);
    await textIs("dark");
    await page.emulateMedia({ colorScheme: "dark" });
    await textIs("light");
    await page.emulateMedia({ colorScheme: "light" });
    await textIs("dark");
    const hidden = await page.locator(".graphiql-query-editor .view-lines").evaluate((lines) =>
      [...lines.querySelectorAll(".view-line > span")].some((line) =>
        line.getBoundingClientRect().right > lines.getBoundingClientRect().right + 1
      )
    );
    assertEquals(hidden, false);
  });
});
