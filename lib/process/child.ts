/** Child processes that may die: killing them, and describing their ends. */

/** Kills a process at once, unless it has ended. */
export function killIfAlive(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has already ended.
  }
}

/** Makes this process wait for a child before it ends, or not; does nothing if the child has ended, as Deno throws then. */
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
export interface LastLines {
  add(line: string): void;
  lines(): readonly string[];
}

/** Keeps the last lines of an output of any length. */
export function keepLastLines(count: number = MAX_LINES): LastLines {
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
