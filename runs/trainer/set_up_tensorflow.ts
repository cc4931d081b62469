/**
 * Sets up TensorFlow for a training that needs it, in a process of its own: neither server nor trainer may download.
 */
import { fileURLToPath } from "node:url";
import { readLines } from "../../lib/lines.ts";
import { trainerEnvironment } from "./environment.ts";

/** Sets something up, and yields what it prints. */
export type SetUp = (signal: AbortSignal) => AsyncIterable<string>;

/** Options of setUpTensorFlow(). */
export interface SetUpOptions {
  /** True if the process writes to stderr itself, as a terminal shows more progress, and nothing is yielded. */
  readonly inTerminal?: boolean;
}

/**
 * Returns a function that sets up TensorFlow as `deno task setup --tensorflow` does.
 *
 * @throws {Error} with what the set-up printed last, if it fails
 */
export function setUpTensorFlow({ inTerminal = false }: SetUpOptions = {}): SetUp {
  return async function* (signal) {
    const program = fileURLToPath(new URL("../../cli/setup.ts", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-A", program, "--tensorflow"],
      stdin: "null",
      stdout: "null",
      stderr: inTerminal ? "inherit" : "piped",
      clearEnv: true,
      env: trainerEnvironment(),
      signal,
    }).spawn();
    let last = "It printed no error message.";
    try {
      if (!inTerminal) {
        for await (const line of readLines(child.stderr)) {
          if (line.trim() !== "") yield last = line.trim();
        }
      }
      const { success } = await child.status;
      if (!success && !signal.aborted) {
        throw new Error(inTerminal ? "TensorFlow could not be set up." : last);
      }
    } finally {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has already ended.
      }
      await child.status;
    }
  };
}
