/** Bundles the page: `deno task page`. */
import { inspectTerminal } from "../terminal/terminal.ts";
import { orExit } from "./or_exit.ts";
import { setUpPage } from "./page_and_datasets.ts";
import { openTerminalReport } from "./terminal_report.ts";

const terminal = inspectTerminal(Deno.stderr.isTerminal(), Deno.env);
const report = openTerminalReport(terminal);
await orExit(setUpPage(report), report, terminal);
