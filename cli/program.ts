/**
 * The common parts of the programs with commands: they read arguments, print help and problems, and end with an exit
 * code.
 */
import { Command, CommanderError } from "commander";
import { inOneLine } from "../lib/config_error.ts";
import { UsageError } from "./runs/errors.ts";
import { DONE, exitCodeOf, WRONG_INPUT } from "./runs/exit_codes.ts";
import { noteLine, printLine } from "./terminal/output.ts";
import { unknownCommand, usageProblem } from "./terminal/usage_problem.ts";

/** Arguments that name no command: they ask for help, or are wrong. */
export type NoCommand =
  | { readonly kind: "help"; readonly text: string }
  /** A line for each problem. */
  | { readonly kind: "wrong"; readonly problems: readonly string[] };

/** The server to connect to, as typed. */
export interface ServerFlags {
  readonly server?: string;
  readonly tokenFile?: string;
}

/**
 * Creates a program whose commands are sent to a server.
 *
 * @param task the name of its task in deno.json
 * @param notes text after the help
 */
export function serverProgram(task: string, description: string, notes: string): Command {
  return new Command(`deno task ${task}`)
    .description(description)
    .option(
      "-s, --server <url>",
      "the server (default: http://127.0.0.1:8000, or by PORT and HOST)",
    )
    .option("--token-file <file>", "a file that holds the server's token")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .addHelpText("after", notes);
}

/**
 * Reads arguments by a program, whose action then has received them.
 *
 * @param purpose completes 'Cannot …'
 * @returns undefined if it has
 */
export function readCommand(
  program: Command,
  args: readonly string[],
  purpose = purposeOf(program, args),
): NoCommand | undefined {
  let help = "";
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => help += text,
      writeErr: () => {},
    });
  }
  try {
    // 'deno task runs -- list' hands the '--' on.
    program.parse(args[0] === "--" ? args.slice(1) : args, { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) {
      return { kind: "wrong", problems: [inOneLine(error.message)] };
    }
    if (!(error instanceof CommanderError)) throw error;
    if (/^commander\.help/.test(error.code)) {
      return { kind: "help", text: help === "" ? program.helpInformation() : help };
    }
    return { kind: "wrong", problems: [unknownCommand(program) ?? usageProblem(purpose, error)] };
  }
}

/** Names the command of the arguments, for messages. */
function purposeOf({ commands }: Command, args: readonly string[]): string {
  const names = commands.map((command) => command.name());
  const command = args.find((argument) => names.includes(argument));
  return command === undefined ? "read the flags" : `run '${command}'`;
}

/** Returns what the program's action has received once readCommand() has found nothing else. */
export function received<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Error("Cannot read the arguments: commander must have found a command.");
}

/** Prints what there is instead of a command, and returns the exit code. */
export function printNoCommand(parsed: NoCommand): number {
  if (parsed.kind === "help") {
    printLine(parsed.text.trimEnd());
    return DONE;
  }
  for (const problem of parsed.problems) noteLine(problem);
  return WRONG_INPUT;
}

/**
 * Carries out a command. An error with a message for users is printed.
 *
 * @param codeOf returns the exit code of such an error, undefined for others, which are thrown
 * @returns the exit code
 */
export async function executeCommand(
  command: () => Promise<number>,
  codeOf: (error: unknown) => number | undefined = exitCodeOf,
): Promise<number> {
  try {
    return await command();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    noteLine((error as Error).message);
    return code;
  }
}
