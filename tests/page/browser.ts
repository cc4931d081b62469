/** A page that watches itself, for the page's tests. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** How long a test waits for anything before it fails: long enough for a machine that is busy with other things. */
export const PATIENCE_MS = 60_000;

/** A page that watches itself. */
export interface WatchedPage {
  readonly page: Page;
  /**
   * Errors and warnings of the console (violations of the Content-Security-Policy among them), exceptions, and
   * requests to anywhere but the page's own server.
   */
  readonly problems: string[];
  close(): Promise<void>;
}

/** Opens a page in a profile of its own, as a visitor who was never there. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const { origin } = new URL(url);
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && new URL(url).host !== new URL(origin).host) {
      problems.push(`A request to ${url}`);
    }
  });
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}
