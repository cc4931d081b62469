/**
 * Measures the time of `deno task train` from the start to the first finished step, with everything
 * set up.
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { readLines } from "../lib/lines.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** @returns seconds until the terminal reports the first step */
export async function measureStartUp(home: string): Promise<number> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "task",
      "train",
      ..."--seed 1 --epochs 1 --train-samples 640 --test-samples 500 --out".split(" "),
      join(home, "start-up"),
    ],
    cwd: ROOT,
    env: { EPOCHQL_HOME: home, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let seconds: number | undefined;
  for await (const line of readLines(child.stderr)) {
    if (/^epoch 1\/1, step \d+ of /.test(line)) seconds ??= (performance.now() - began) / 1000;
  }
  const { code } = await child.status;
  if (seconds === undefined || code !== 0) {
    throw new Error(`Cannot measure the start: 'deno task train' ended with exit code ${code}.`);
  }
  return seconds;
}
