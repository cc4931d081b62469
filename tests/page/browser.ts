/** Chromium for the page's tests, if the machine has one, and a page that watches itself. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Chromium is: CHROMIUM, or a program on the PATH. */
export function findChromium(): string | undefined {
  const given = Deno.env.get("CHROMIUM");
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const candidates = given
    ? [given]
    : NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  return candidates.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Why the browser tests are skipped, and what to do; undefined where they run. */
export const skipReason: string | undefined = findChromium()
  ? undefined
  : "no Chromium was found: install one (apt-get install --no-install-recommends chromium fonts-dejavu-core) " +
    "or name one in CHROMIUM";

/** Starts Chromium without a window. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(`Cannot start a browser: ${skipReason}.`);
  return chromium.launch({
    executablePath,
    // Chromium's sandbox refuses to run as root, as containers do.
    args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
  });
}

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
