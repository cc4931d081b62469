/** Chromium, where the machine has one: for the tests of the page and for the bench. */
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

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

/** Why what needs a browser is skipped, and what to do; undefined where there is one. */
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
