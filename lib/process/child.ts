/** Child processes that may die: starting and killing them, and describing their ends. */
import { readLines } from "../lines.ts";
import { childEnvironment } from "./environment.ts";

/**
 * Starts a program of Deno with piped streams and an environment of its own. It is in a process group of its own:
 * Ctrl-C reaches this process only, which then ends the child as it sees fit.
 *
 * @param args arguments of `deno run`: flags, the program and its arguments
 */
export function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>> = childEnvironment(),
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env,
    detached: true,
  }).spawn();
}

/** Kills a process at once, unless it has ended. */
export function killIfAlive(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has already ended.
  }
}

/**
 * Makes this process wait for a child before it ends, or not; does nothing if the child has ended, as Deno throws then.
 */
export function setReferenced(child: Deno.ChildProcess, isReferenced: boolean): void {
  try {
    if (isReferenced) child.ref();
    else child.unref();
  } catch {
    // It has already ended.
  }
}

/** Describes how a process ended: 'it ended with exit code 1'. */
export function describeEnd({ code, signal }: Deno.CommandStatus): string {
  if (signal === null) return `it ended with exit code ${code}`;
  return `it was ended by ${signal}${signal === "SIGKILL" ? " (out of memory?)" : ""}`;
}

/** Describes the last lines that a process printed. */
export function describeOutput(lines: readonly string[]): string {
  return lines.length === 0
    ? "It printed no error message."
    : `The last it printed:\n${lines.join("\n")}`;
}

/** Maximum number of lines that are kept, and their maximum length. */
const MAX_LINES = 20;
const MAX_LINE_LENGTH = 500;

/** The last lines of an output. */
interface LastLines {
  add(line: string): void;
  lines(): readonly string[];
}

/** The last lines of a child's stderr. */
export interface ErrorOutput extends LastLines {
  /** Resolves when all of it is read. */
  readonly ended: Promise<void>;
}

/** Keeps the last lines of an output of any length. */
function keepLastLines(count: number = MAX_LINES): LastLines {
  const kept: string[] = [];
  return {
    add(line) {
      if (line.trim() === "") return;
      kept.push(line.slice(0, MAX_LINE_LENGTH));
      if (kept.length > count) kept.shift();
    },
    lines: () => kept,
  };
}

/** Keeps the last lines of a child's stderr. */
export function keepErrorOutput(child: Deno.ChildProcess, count?: number): ErrorOutput {
  const output = keepLastLines(count);
  const ended = (async () => {
    for await (const line of readLines(child.stderr)) output.add(line);
  })().catch(() => {});
  return { ...output, ended };
}
