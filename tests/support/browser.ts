/** A page that records its own problems. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** The longest wait of a test: enough for a busy machine. */
export const PATIENCE_MS = 60_000;

/** The size of a window where a test names no other. */
export const VIEWPORT = { width: 1440, height: 900 } as const;

/** A page that records its own problems. */
export interface WatchedPage {
  readonly page: Page;
  /**
   * Errors and warnings of the console (violations of the Content-Security-Policy among them), exceptions, and
   * requests to anywhere but the page's own server, since it was last opened.
   */
  readonly problems: string[];
  /** Opens a URL, of which the problems are recorded from then on. */
  open(url: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a page in a profile of its own, as a first-time visitor. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: VIEWPORT, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  let host = "";
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && new URL(url).host !== host) {
      problems.push(`A request to ${url}`);
    }
  });
  const watched: WatchedPage = {
    page,
    problems,
    async open(url) {
      problems.length = 0;
      host = new URL(url).host;
      await page.goto(url);
    },
    close: () => context.close(),
  };
  await watched.open(url);
  return watched;
}
