/** Runs other programs and captures their output for error messages. */

/** Outcome of a program's run. */
export interface Outcome {
  /** 128 + the signal's number, where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a program's run. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Variables in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end, without input.
 *
 * @param command the program, and its first arguments
 * @returns undefined if there is no such program, or it may not be run
 */
export async function run(
  [program, ...first]: readonly [string, ...string[]],
  args: readonly string[],
  { cwd, env = {} }: CommandOptions = {},
): Promise<Outcome | undefined> {
  try {
    const command = new Deno.Command(program, {
      args: [...first, ...args],
      ...(cwd === undefined ? {} : { cwd }),
      // Output is searched for English messages.
      env: { ...env, LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}

/** Returns the last lines of a program's output, indented, to follow a message; without Deno's own stack. */
export function lastLines({ stdout, stderr }: Outcome, count = 8): string {
  const said = stderr.replace(/^Stack backtrace:$.*/ms, "");
  const lines = `${stdout}\n${said}`.split(/\r?\n|\r/).filter((line) => line.trim() !== "");
  return lines.slice(-count).map((line) => `  ${line}`).join("\n");
}
