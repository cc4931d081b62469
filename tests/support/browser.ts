/** A page that records its own problems. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** The longest wait of a test: enough for a busy machine. */
export const PATIENCE_MS = 60_000;

/** A page that records its own problems. */
export interface WatchedPage {
  readonly page: Page;
  /**
   * Errors and warnings of the console (violations of the Content-Security-Policy among them), exceptions, and
   * requests to anywhere but the page's own server.
   */
  readonly problems: string[];
  close(): Promise<void>;
}

/** Opens a page in a profile of its own, as a first-time visitor. */
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
