/** Installs npm packages for a program: failures are printed, and end it. */
import { NativeError } from "../../../native/errors.ts";
import { type Terminal, tint } from "../../terminal/terminal.ts";
import type { TerminalReport } from "../terminal_report.ts";
import type { PackageGroup } from "./groups.ts";
import { type InstallOptions, installPackages } from "./install.ts";

/** Installs a group of packages if it is not installed, or ends the process with exit code 1. */
export async function installOrExit(
  group: PackageGroup,
  report: TerminalReport,
  terminal: Terminal,
  options: InstallOptions = {},
): Promise<void> {
  try {
    await installPackages(group, report, options);
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    report.end(tint(terminal, "red", error.message));
    Deno.exit(1);
  }
}
