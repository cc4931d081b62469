/** Words commander's errors like all others. */
import type { Command, CommanderError } from "commander";
import { closestName } from "../../lib/text/closest_name.ts";
import { inOneLine } from "../../lib/config_error.ts";

/** @param purpose completes 'Cannot …' */
export function usageProblem(purpose: string, { message }: CommanderError): string {
  const said = message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ").replace(/\.$/, "");
  return inOneLine(`Cannot ${purpose}: ${said}. See --help.`);
}

/**
 * Returns the problem of a first argument that is no command, where commander takes it for an argument of the default
 * one; undefined if there is none, or the program has no commands.
 */
export function unknownCommand({ args: [first], commands }: Command): string | undefined {
  const names = commands.map((command) => command.name());
  if (names.length === 0) return undefined;
  if (first === undefined || first.startsWith("-") || names.includes(first)) return undefined;
  const nearest = closestName(first, names);
  const hint = nearest === undefined ? "" : ` Did you mean '${nearest}'?`;
  return inOneLine(`Unknown command '${first}'.${hint} See --help.`);
}
