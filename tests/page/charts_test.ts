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

  it("stand beside an editor that follows the system's colours, and breaks its long lines", async () => {
    const page = await open({ colorScheme: "light" });
    await openEditor(page);
    const brightness = () =>
      page.locator(".graphiql-query-editor .view-lines span[class*=mtk]").first().evaluate(
        (text) => {
          const sum = (color: string) =>
            (color.match(/\d+/g) ?? []).slice(0, 3).reduce((all, part) => all + Number(part), 0);
          return sum(getComputedStyle(text).color);
        },
      );
    const light = await brightness();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.waitForFunction(() =>
      document.querySelector(".graphiql-query-editor .monaco-editor")?.classList.contains("vs-dark")
    );
    assert(await brightness() > light, "light text on a dark ground");
    await page.emulateMedia({ colorScheme: "light" });
    await page.waitForFunction(() =>
      document.querySelector(".graphiql-query-editor .monaco-editor")?.classList.contains("vs")
    );
    assertEquals(await brightness(), light);
    const hidden = await page.locator(".graphiql-query-editor .view-lines").evaluate((lines) =>
      [...lines.querySelectorAll(".view-line > span")].some((line) =>
        line.getBoundingClientRect().right > lines.getBoundingClientRect().right + 1
      )
    );
    assertEquals(hidden, false);
  });
});
