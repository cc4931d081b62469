/** Verifies that TensorFlow works, in a child process with the permissions of a trainer. */
import { join } from "node:path";
import { lastLines, type Outcome, run } from "./command.ts";
import { NativeError } from "./errors.ts";
import { tensorflowPermissions } from "./permissions.ts";
import { cacheFolder, ROOT } from "./paths.ts";
import type { ProbeResult } from "./probe.ts";

/** Expected sum of the child's matrix product: 8 · 8 · 16. */
const SUM = 1024;

/**
 * Loads TensorFlow in a child and computes with it.
 *
 * @throws {NativeError} if it does not work
 */
export async function verifyTensorFlow(): Promise<ProbeResult> {
  const flags = ["--quiet", "--no-prompt", "--cached-only", "--config", join(ROOT, "deno.json")];
  const outcome = await run(
    [Deno.execPath(), "run", ...flags, ...tensorflowPermissions()],
    [join(ROOT, "native", "probe.ts")],
    { env: { NO_COLOR: "1" } },
  );
  return parseVerification(outcome ?? { code: 127, stdout: "", stderr: `no ${Deno.execPath()}` });
}

/**
 * Interprets the end of the child process.
 * @throws {NativeError} unless it computed the right sum
 */
export function parseVerification(outcome: Outcome): ProbeResult {
  const found = outcome.code === 0 ? parse(outcome.stdout) : undefined;
  if (found?.sum === SUM) return found;
  if (outcome.code === 132) {
    throw new NativeError(
      "no-avx",
      "Cannot run TensorFlow: the processor must know AVX instructions, got one that does not (exit code 132). " +
        "Use another machine; in a virtual machine, let it pass the host's processor through.",
    );
  }
  const message = /(?:NativeError|Error): (Cannot load TensorFlow: [^\n]*)/.exec(outcome.stderr)
    ?.[1];
  if (message !== undefined) throw new NativeError("does-not-load", message);
  const got = found === undefined
    ? `exit code ${outcome.code}`
    : `the sum ${found.sum}, not ${SUM}`;
  throw new NativeError(
    "does-not-load",
    `Cannot run TensorFlow: a child that loads it must compute, got ${got}. ` +
      `Delete the folder ${cacheFolder()} and run 'deno task setup'.\n` +
      `The child said:\n${lastLines(outcome)}`,
  );
}

function parse(stdout: string): ProbeResult | undefined {
  try {
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ProbeResult;
  } catch {
    return undefined;
  }
}
