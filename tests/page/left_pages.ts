/// <reference lib="dom" />
/**
 * Pages that visits have left, for the next ones: in a renderer that has run the page before, a visit takes two thirds
 * of the CPU time of one in a new profile.
 */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { openPage, VIEWPORT, type WatchedPage } from "../support/browser.ts";

const left: WatchedPage[] = [];

/**
 * Opens a URL as a first-time visitor does, in a page that was left if there is one; in a profile of its own where
 * more than the look of the page is set.
 */
export async function visitPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<WatchedPage> {
  const { viewport = VIEWPORT, colorScheme = "light", ...others } = options;
  const watched = Object.keys(others).length === 0 ? left.pop() : undefined;
  if (!watched) return await openPage(browser, url, options);
  if (viewport) await watched.page.setViewportSize(viewport);
  await watched.page.emulateMedia({ colorScheme });
  await watched.open(url);
  return watched;
}

/** Ends a visit and keeps its page for another, in which nothing of this visit is stored or shown. */
export async function leavePage(watched: WatchedPage): Promise<void> {
  const { page } = watched;
  await page.unrouteAll({ behavior: "ignoreErrors" });
  // Of the same site: a document of another one, about:blank too, would begin a new renderer.
  const blank = new URL("/blank", page.url()).href;
  await page.route(blank, (route) => route.fulfill({ contentType: "text/html", body: "" }));
  await page.goto(blank);
  await page.unroute(blank);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.context().clearCookies();
  await page.mouse.move(-1, -1);
  left.push(watched);
}
