/** Reads the arguments of a program that has commands, and words what is wrong with them. */
import { type Command, CommanderError } from "commander";
import { inOneLine } from "../lib/config_error.ts";
import { UsageError } from "./runs/errors.ts";
import { unknownCommand, usageProblem } from "./usage_problem.ts";

/** Arguments that name no command: they ask for help, or are wrong. */
export type NoCommand =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "wrong"; readonly problem: string };

/**
 * Reads arguments by a program, whose command then has received them.
 *
 * @returns undefined if it has
 */
export function readCommand(program: Command, args: readonly string[]): NoCommand | undefined {
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
    if (error instanceof UsageError) return { kind: "wrong", problem: inOneLine(error.message) };
    if (!(error instanceof CommanderError)) throw error;
    if (/^commander\.help/.test(error.code)) return { kind: "help", text: help };
    const problem = unknownCommand(program) ?? usageProblem("do that", error);
    return { kind: "wrong", problem };
  }
}
