/** Steps of a set-up that a program cannot go on without: failures are printed, and end it. */
import { NativeError } from "../../native/errors.ts";
import { type Terminal, tint } from "../terminal/terminal.ts";
import type { TerminalReport } from "./terminal_report.ts";

/** Carries out a step. If it fails with a NativeError, prints that and ends the process with exit code 1. */
export async function orExit(
  step: Promise<void>,
  report: TerminalReport,
  terminal: Terminal,
): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    report.end(tint(terminal, "red", error.message));
    Deno.exit(1);
  }
}
