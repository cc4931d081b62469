/** Finds and starts Chromium, for the tests of the page and the bench. */
import { type Browser, chromium } from "playwright-core";

/** The headless shell first: it opens a page in half the time of the whole browser. */
const NAMES = [
  "chromium-headless-shell",
  ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
];

/** Finds Chromium: CHROMIUM, or a program on the PATH. */
function findChromium(): string | undefined {
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

/** Reason and remedy if there is no browser; undefined if there is one. */
export const skipReason: string | undefined = findChromium()
  ? undefined
  : "no Chromium was found: install one (apt-get install --no-install-recommends chromium fonts-dejavu-core) " +
    "or name one in CHROMIUM";

/** Starts Chromium in headless mode. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(`Cannot start a browser: ${skipReason}.`);
  return chromium.launch({
    executablePath,
    // Chromium's sandbox does not run as root, which is common in containers.
    args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
  });
}
