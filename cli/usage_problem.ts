/** Words commander's errors like all others. */
import type { CommanderError } from "commander";
import { inOneLine } from "../lib/config_error.ts";

/** @param purpose completes 'Cannot …' */
export function usageProblem(purpose: string, { message }: CommanderError): string {
  const said = message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ").replace(/\.$/, "");
  return inOneLine(`Cannot ${purpose}: ${said}. See --help.`);
}
