/**
 * Installs npm packages that are missing: those of a start, or with --all those of development too. It runs before
 * programs that need no other set-up, as they import packages and it imports none.
 */
import { orExit } from "./or_exit.ts";
import { installPackages } from "./packages/install.ts";
import { openTerminalReport } from "./terminal_report.ts";
import { inspectTerminal } from "../terminal/terminal.ts";

const terminal = inspectTerminal(Deno.stderr.isTerminal(), Deno.env);
const report = openTerminalReport(terminal);
const group = Deno.args.includes("--all") ? "all" : "start";
await orExit(installPackages(group, report), report, terminal);
