/** Chromium for the page's tests, if the machine has one, and a page that watches itself. */
import { type Browser, chromium, type Page } from "playwright-core";

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

/** What went wrong on a page, as it happens. */
export interface PageProblems {
  /** Errors and warnings of the console (violations of the Content-Security-Policy among them), and exceptions. */
  readonly console: string[];
  /** Requests to anywhere but the page's own server. */
  readonly foreign: string[];
}

/** Records what goes wrong on a page from now on. */
export function watchProblems(page: Page, origin: string): PageProblems {
  const problems: PageProblems = { console: [], foreign: [] };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.console.push(message.text());
  });
  page.on("pageerror", (error) => problems.console.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(origin)) problems.foreign.push(url);
  });
  return problems;
}
