/**
 * Measures imports: 60,000 PNGs of MNIST in a zip beside torchvision's ImageFolder, which reads them from a folder, and
 * the memory of importing 100,000.
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { delay } from "../lib/delay.ts";
import { findProcess, peakRss, runForJson } from "./processes.ts";
import type { Places } from "./training/contenders.ts";
import { PEERS } from "./training/python.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The number of images whose import is timed, and of those whose import's memory is measured. */
const TIMED = 60_000;
const WEIGHED = 100_000;

const LOOK_INTERVAL_MS = 100;

/** An import beside its peer. */
export interface ImportSample {
  /** Seconds of `deno task datasets import` for 60,000 images, from start to end. */
  readonly seconds: number;
  /** Seconds in which torchvision's ImageFolder reads them once. */
  readonly peerSeconds: number;
  /** Peak memory of the importer of 100,000 images, in megabytes. */
  readonly rssMegabytes: number;
}

/** Measures the imports once. */
export async function measureImport({ home, pythons, torchvision }: Places): Promise<ImportSample> {
  const python = pythons.peers;
  if (python === undefined) throw new Error("Cannot measure imports: Python must be there.");
  const folder = join(home, "pngs");
  const script = join(PEERS, "image_folder.py");
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  if (!await Deno.stat(folder).then(() => true, () => false)) {
    const counts = [String(TIMED), String(WEIGHED)];
    await runForJson(python, [script, "write", torchvision, folder, ...counts], env);
  }
  const peer = await runForJson(python, [script, "read", join(folder, "images")], env);
  const { seconds: peerSeconds } = peer as { readonly seconds: number };
  const { seconds } = await importZip(join(folder, `${TIMED}.zip`));
  const { rssMegabytes } = await importZip(join(folder, `${WEIGHED}.zip`));
  return { seconds, peerSeconds, rssMegabytes };
}

/** Imports a zip into a folder of its own, which is removed. */
async function importZip(
  zip: string,
): Promise<{ readonly seconds: number; readonly rssMegabytes: number }> {
  const home = await Deno.makeTempDir({ prefix: "epochql-bench-import-" });
  try {
    const began = performance.now();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "cli/datasets.ts", "import", zip, "--name", "pngs"],
      cwd: ROOT,
      env: { EPOCHQL_HOME: home, NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const ended = new AbortController();
    const peak = watchImporter(home, ended.signal);
    const { code } = await child.status;
    const seconds = (performance.now() - began) / 1000;
    ended.abort();
    if (code !== 0) throw new Error(`Cannot measure an import: it ended with exit code ${code}.`);
    return { seconds, rssMegabytes: await peak };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** Returns the peak memory of the importer of a folder once it has ended. */
async function watchImporter(home: string, ended: AbortSignal): Promise<number> {
  let peak = 0;
  while (!ended.aborted) {
    const pid = await findProcess("importer.ts", home).catch(() => undefined);
    const seen = pid === undefined ? 0 : await peakRss(pid).catch(() => 0);
    peak = Math.max(peak, seen);
    await delay(LOOK_INTERVAL_MS, ended);
  }
  if (peak === 0) throw new Error("Cannot measure an import: its importer must be seen.");
  return peak;
}
